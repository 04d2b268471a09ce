import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

/** Results of one part of the proof, a line each, so that a run that was stopped can go on. */
export class KeptResults<Result extends object> {
  private readonly found = new Map<string, Result>();

  constructor(private readonly file: string) {
    mkdirSync(path.dirname(file), { recursive: true });
    if (existsSync(file)) this.read();
  }

  /** To be made again. */
  forget(keys: readonly string[] | 'all'): void {
    if (keys === 'all') {
      this.found.clear();
      rmSync(this.file, { force: true });
    } else for (const key of keys) this.found.delete(key);
  }

  get all(): readonly Result[] {
    return [...this.found.values()];
  }

  has(key: string): boolean {
    return this.found.has(key);
  }

  add(key: string, result: Result): void {
    this.found.set(key, result);
    appendFileSync(this.file, `${JSON.stringify([key, result])}\n`);
  }

  /** The last line may have been cut when the run was stopped. */
  private read(): void {
    for (const line of readFileSync(this.file, 'utf8').split('\n')) {
      try {
        const [key, result] = JSON.parse(line) as [string, Result];
        this.found.set(key, result);
      } catch {
        continue;
      }
    }
  }
}
