import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { findFreePort } from '@sluice/private-servers';
import { Operator, startTestSystem, until, type TestSystem } from '@sluice/tool-acceptance';
import { canConnect, MailReceiver } from '@sluice/tool-acceptance/receivers';
import { registerSensor } from '@sluice/tool-command-line';
import { readDoor } from '@sluice/tool-launcher';
import { documentedLines, readGuide, variablesOf, type Ports } from './documented-lines.js';
import { unpackPackage, type UnpackedPackage } from './packages/unpack-packages.js';

export interface ArenaOptions {
  readonly root: string;
  /** Kept from run to run. */
  readonly cache: string;
  /** Of this run. */
  readonly folder: string;
}

/** Short, so that no client waits for long while the gateway is away; every client here is more patient. */
const holdSeconds = '20';

/** One Sluice system with both doors, as `npm start -- --clamd … --milter …` starts it, and what clients need around them. */
export class DoorArena {
  private readonly sensors: ChildProcess[] = [];

  private constructor(
    private readonly options: ArenaOptions,
    private readonly system: TestSystem,
    private readonly operator: Operator,
    readonly ports: Ports,
    /** The server behind every mail server: what comes there was delivered. */
    readonly receiver: MailReceiver,
  ) {}

  static async start(options: ArenaOptions): Promise<DoorArena> {
    const ports = { clamd: await findFreePort(), milter: await findFreePort() };
    const system = await startTestSystem({
      variables: { SENSOR_CLAMD_HOLD_SECONDS: holdSeconds, SENSOR_MILTER_HOLD_SECONDS: holdSeconds },
    });
    const operator = new Operator(system);
    const receiver = await MailReceiver.start();
    const arena = new DoorArena(options, system, operator, ports, receiver);
    try {
      await system.addSensor({
        doors: [readDoor('clamd', String(ports.clamd), ''), readDoor('milter', String(ports.milter), '')],
        register: (what, certificateFile) => registerSensor(system.home, what, certificateFile),
      });
    } catch (error) {
      await arena.stop();
      throw error;
    }
    return arena;
  }

  /** A folder of this run; mail servers give up their privileges before they read it. */
  async folder(name: string): Promise<string> {
    const folder = path.join(this.options.folder, name);
    await mkdir(folder, { recursive: true });
    await chmod(folder, 0o755);
    return folder;
  }

  unpack(name: string): Promise<UnpackedPackage> {
    return unpackPackage(name, this.options.cache);
  }

  get cache(): string {
    return this.options.cache;
  }

  /** What the guide says to paste, with the ports given or else those of `npm start`'s doors. */
  lines(guide: 'clamd.md' | 'mail.md', name: string, ports: Partial<Ports> = {}): string {
    return documentedLines(readGuide(this.options.root, guide), name, { ...this.ports, ...ports });
  }

  /** A sensor of its own with the variables of a block of docs/clamd.md; answers its port once it is accepted. */
  async clamdSensor(block: string): Promise<number> {
    const variables = variablesOf(this.lines('clamd.md', block));
    const port = await findFreePort();
    const sensorId = `clamd-${port}`;
    const folder = await this.folder(sensorId);
    const sensor = spawn(process.execPath, [path.join(this.options.root, 'apps/sensor/dist/main.js')], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        PATH: process.env['PATH'] ?? '',
        LOG_LEVEL: 'fatal',
        MANAGEMENT_PORT: '0',
        SENSOR_GATEWAYS: this.system.gatewayUrl,
        SENSOR_GATEWAY_CA_FILE: this.system.gatewayCertificateFile,
        SENSOR_CERT_FILE: path.join(folder, 'sensor.crt'),
        SENSOR_KEY_FILE: path.join(folder, 'sensor.key'),
        SENSOR_SPOOL_DIR: folder,
        SENSOR_CLAMD_LISTEN: `127.0.0.1:${port}`,
        SENSOR_CLAMD_HOLD_SECONDS: holdSeconds,
        ...variables,
        SENSOR_CLAMD_SENSOR_ID: sensorId,
      },
    });
    this.sensors.push(sensor);
    const row = await until(async () => (await this.operator.rowsOf(sensorId))[0], 60_000);
    await this.operator.accept(row, row.type);
    await until(() => canConnect(port), 60_000);
    return port;
  }

  async stopGateway(): Promise<void> {
    await this.system.processes.find(({ name }) => name === 'gateway')?.stop();
  }

  async stop(): Promise<void> {
    for (const sensor of this.sensors.filter(
      ({ exitCode, signalCode }) => exitCode === null && signalCode === null,
    )) {
      const closed = once(sensor, 'close');
      sensor.kill('SIGTERM');
      await closed;
    }
    await this.receiver.stop();
    await this.operator.close();
    await this.system.end();
  }
}
