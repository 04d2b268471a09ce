import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { ObjectType, Verdict } from '@sluice/contracts';

const entry = path.resolve(
  import.meta.dirname,
  '../../../../apps/scanner/dist/stand-alone/serve-stand-alone.js',
);

interface Waiting {
  readonly resolve: (verdict: Verdict) => void;
  readonly reject: (error: Error) => void;
}
type Answer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'verdict'; readonly id: number; readonly verdict: Verdict }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string };

/** There is no process any more that could scan. */
export class ScannerEnded extends Error {
  override readonly name = 'ScannerEnded';
}

/** The scanner's own pieces in a process of their own, as services run. */
export class ScannerProcess {
  private readonly waiting = new Map<number, Waiting>();
  private count = 0;

  private constructor(private readonly child: ChildProcess) {
    child.on('message', (message: Answer) => this.take(message));
    child.once('exit', (code, signal) =>
      this.failAll(new ScannerEnded(`the scanner ended (${signal ?? code})`)),
    );
  }

  static async start(config: object): Promise<ScannerProcess> {
    const child = fork(entry, [JSON.stringify(config)], { serialization: 'advanced', execArgv: [] });
    const ended = once(child, 'exit').then(([code]) =>
      Promise.reject(new Error(`the scanner did not start (${code})`)),
    );
    await Promise.race([once(child, 'message'), ended]);
    ended.catch(() => undefined);
    return new ScannerProcess(child);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  scan(bytes: Buffer, objectType: ObjectType): Promise<Verdict> {
    this.count += 1;
    const id = this.count;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.child.send({ id, bytes, objectType });
    });
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || !this.child.connected) return;
    this.child.disconnect();
    await once(this.child, 'exit');
  }

  private take(answer: Answer): void {
    if (answer.kind === 'ready') return;
    const waiting = this.waiting.get(answer.id);
    this.waiting.delete(answer.id);
    if (answer.kind === 'verdict') waiting?.resolve(answer.verdict);
    else waiting?.reject(new Error(answer.message));
  }

  private failAll(error: Error): void {
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}
