import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { WebSocket } from 'undici';
import type { TestSystem } from '@sluice/tool-acceptance';

export interface Vitals {
  readonly pid: number;
  readonly openFiles: number;
  readonly heapMiB: number;
  /** Memory outside the heap: buffers. */
  readonly externalMiB: number;
  readonly residentMiB: number;
}

const nothing = { openFiles: 0, heapMiB: 0, externalMiB: 0, residentMiB: 0 };

/** So that this tool can have its garbage collected, and no one else: loopback, a free port, told in the log. */
export const inspectable = { NODE_OPTIONS: '--inspect=127.0.0.1:0' } as const;

interface HeapUsage {
  readonly usedSize: number;
  readonly embedderHeapUsedSize?: number;
  readonly backingStorageSize?: number;
}

/** What a gateway's process holds, looked at from outside and after a collection, so that only what is kept counts. */
export class GatewayVitals {
  private readonly inspector: string;
  private readonly firstPid: number | undefined;

  constructor(private readonly system: Pick<TestSystem, 'processes'>) {
    this.inspector = inspectorUrl(this.log);
    this.firstPid = this.gateway.pid;
  }

  async take(): Promise<Vitals> {
    // Another process has another inspector, and nothing to compare.
    if (this.gateway.pid !== this.firstPid) return { ...nothing, pid: this.gateway.pid ?? 0 };
    const heap = await collectAndMeasure(this.inspector);
    const pid = this.gateway.pid ?? 0;
    const resident = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
    return {
      pid,
      openFiles: await this.fewestOpenFiles(),
      heapMiB: heap.usedSize / 1024 ** 2,
      externalMiB: (heap.backingStorageSize ?? 0) / 1024 ** 2,
      residentMiB: Number(resident) / 1024,
    };
  }

  /** File descriptors: sockets of callers and of the broker, logs, objects; not the store's 256 folders, each opened once and kept. */
  get openFiles(): number {
    const folder = `/proc/${this.gateway.pid ?? 0}/fd`;
    return readdirSync(folder).filter((name) => !/\/objects\/[0-9a-f]{2}$/.test(target(`${folder}/${name}`)))
      .length;
  }

  /** The good client's objects are open for moments; what is kept is open at every look. */
  private async fewestOpenFiles(): Promise<number> {
    let fewest = this.openFiles;
    for (let look = 0; look < 20; look += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      fewest = Math.min(fewest, this.openFiles);
    }
    return fewest;
  }

  /** Lines of the log at which a person would have to look, and what was written past the log. */
  get complaints(): string[] {
    return this.log
      .split('\n')
      .filter((line) => line !== '' && !/"level":"(?:trace|debug|info|warn)"/.test(line))
      .filter((line) => !/^(?:Debugger |For help, see|Starting inspector)/.test(line));
  }

  private get gateway() {
    const found = this.system.processes.find(({ name }) => name === 'gateway');
    if (found === undefined) throw new Error('this system has no gateway');
    return found;
  }

  private get log(): string {
    return readFileSync(this.gateway.logFile, 'utf8');
  }
}

function target(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    // Closed meanwhile: nothing that stays.
    return '';
  }
}

function inspectorUrl(log: string): string {
  const url = [...log.matchAll(/Debugger listening on (ws:\S+)/g)].at(-1)?.[1];
  if (url === undefined) throw new Error('the gateway was started without its inspector');
  return url;
}

function collectAndMeasure(url: string): Promise<HeapUsage> {
  const methods = ['HeapProfiler.collectGarbage', 'HeapProfiler.collectGarbage', 'Runtime.getHeapUsage'];
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    const next = (id: number): void => socket.send(JSON.stringify({ id, method: methods[id] }));
    socket.addEventListener('open', () => next(0));
    socket.addEventListener('error', () => reject(new Error(`the inspector at ${url} does not answer`)));
    socket.addEventListener('message', ({ data }) => {
      const { id, result } = JSON.parse(String(data)) as { id?: number; result: HeapUsage };
      if (id === undefined) return;
      if (id + 1 < methods.length) return next(id + 1);
      socket.close();
      resolve(result);
    });
  });
}
