import { until } from '@sluice/timing';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

const program = path.resolve(import.meta.dirname, '../../dist/main.js');

/** The sensor as it is started everywhere: a process with an environment. Needs `npm run build`. */
export class SensorProcess {
  private child: ChildProcess | null = null;

  constructor(private readonly environment: Readonly<Record<string, string>>) {}

  /** Resolves when its milter port answers. */
  async start(port: number): Promise<void> {
    const child = spawn(process.execPath, [program], {
      env: { PATH: process.env['PATH'] ?? '', MANAGEMENT_PORT: '0', LOG_LEVEL: 'warn', ...this.environment },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    this.child = child;
    await until(async () => {
      if (child.exitCode !== null) throw new Error(`the sensor ended with ${child.exitCode}`);
      return (await fetch(`http://127.0.0.1:${port}/ping`)).ok;
    });
  }

  get isRunning(): boolean {
    return this.child !== null && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** The most memory that it ever had, as Linux counts it (`VmHWM`). */
  async peakMegabytes(): Promise<number> {
    const status = await readFile(`/proc/${this.child?.pid}/status`, 'utf8');
    return Math.round(Number(/^VmHWM:\s*(\d+) kB/m.exec(status)?.[1]) / 1024);
  }

  /** As the kernel does it when memory is short. */
  kill(): Promise<void> {
    return this.end('SIGKILL');
  }

  stop(): Promise<void> {
    return this.end('SIGTERM');
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    this.child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, 'close');
    child.kill(signal);
    await closed;
  }
}
