import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Operator } from '@sluice/tool-acceptance';
import { addRule, canConnect, serverKeys } from '@sluice/tool-acceptance/receivers';
import { findFreePort, ProcessRecords, SupervisedProcess, type ProcessEvent } from '@sluice/private-servers';

/** The same file whether this runs from its source or from its build. */
const program = path.resolve(import.meta.dirname, '../dist/receive-notifications.js');
const repositoryRoot = path.resolve(import.meta.dirname, '../../..');
const kinds = ['mail', 'webhook'] as const;
type Kind = (typeof kinds)[number];

/**
 * Receivers that break as everything else does; each keeps the ids it got in a file of its own. There is none for
 * syslog: it has no answers, so a collector that dies with a line in its hands has lost it, whatever the sender does.
 */
export class NotificationReceivers {
  private constructor(
    private readonly folder: string,
    readonly processes: readonly SupervisedProcess[],
    private readonly ports: Readonly<Record<Kind, number>>,
    private readonly ca: string,
  ) {}

  static async start(onEvent: (event: ProcessEvent) => void): Promise<NotificationReceivers> {
    const folder = await mkdtemp(path.join(tmpdir(), 'sluice-receivers-'));
    await chmod(folder, 0o755);
    const keys = await serverKeys();
    await writeFile(path.join(folder, 'server.crt'), keys.certPem);
    await writeFile(path.join(folder, 'server.key'), keys.keyPem, { mode: 0o600 });
    const ports = { mail: await findFreePort(), webhook: await findFreePort() };
    const records = new ProcessRecords(folder);
    const processes = kinds.map((kind) => makeReceiver(kind, ports[kind], { folder, records, onEvent }));
    const receivers = new NotificationReceivers(folder, processes, ports, keys.certPem);
    await Promise.all(processes.map((one) => one.start()));
    return receivers;
  }

  /** Channels to them, and rules that tell every detection. */
  async subscribe(operator: Operator): Promise<void> {
    const { ca, ports } = this;
    const host = '127.0.0.1';
    // Unencrypted: what is tried is who gets what, and the machine has enough to do.
    const mail = { host, port: ports.mail, from: 'sluice@example.org', security: 'none' };
    const webhook = { url: `https://${host}:${ports.webhook}/`, ca, allowPrivateAddresses: true };
    for (const [kind, settings] of [
      ['smtp', mail],
      ['webhook', webhook],
    ] as const) {
      const body = { name: `${kind} under chaos`, kind, settings };
      const channel = (await operator.change('POST', '/notification-channels', body)) as { id: string };
      await addRule(operator, kind, channel.id);
    }
  }

  /** Ids of events as they came, by receiver. */
  async received(): Promise<Map<string, string[]>> {
    const files = kinds.map(async (kind): Promise<[string, string[]]> => {
      const text = await readFile(path.join(this.folder, kind), 'utf8').catch(() => '');
      return [kind, text.split('\n').slice(0, -1)];
    });
    return new Map(await Promise.all(files));
  }

  async stop(): Promise<void> {
    await Promise.all(this.processes.map((one) => one.stop()));
    await rm(this.folder, { recursive: true, force: true });
  }
}

function makeReceiver(
  kind: Kind,
  port: number,
  {
    folder,
    records,
    onEvent,
  }: { folder: string; records: ProcessRecords; onEvent: (event: ProcessEvent) => void },
): SupervisedProcess {
  const at = (name: string) => path.join(folder, name);
  return new SupervisedProcess(
    {
      name: `${kind}-receiver`,
      command: process.execPath,
      args: [program, kind, String(port), at(kind), at('server.crt'), at('server.key')],
      env: { PATH: process.env['PATH'] ?? '' },
      cwd: repositoryRoot,
      logFile: at(`${kind}.log`),
      stopSignal: 'SIGTERM',
      stopTimeoutMs: 5000,
      readyTimeoutMs: 60_000,
      order: 0,
      isReady: () => canConnect(port),
    },
    { account: null, records, onEvent },
  );
}
