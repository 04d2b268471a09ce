import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { PeriodicWork } from '@sluice/timing';

const intervalMs = 5000;
const maxFiles = 10_000;
/** What freshclam keeps there for itself, and clamd does not load. */
const ofFreshclam = /^(freshclam\.dat|mirrors\.dat|tmp\..*)$/;
/**
 * Longer than a clamd needs that is told of new signatures by no one: it looks every ten minutes (SelfCheck) and loads for
 * up to two.
 */
const settlingMs = 15 * 60_000;

export interface SignatureFolderOptions {
  /** clamd's DatabaseDirectory. */
  readonly folder: string;
  /** clamd's word for what it has loaded; another one than before says that it has loaded what came. */
  readonly loadedVersion: () => string | null;
  readonly nowMs?: () => number;
}

/**
 * The files that clamd loads its signatures from. Only the official ones are in what clamd says of its version: one that
 * was put beside them shows here alone.
 */
export class SignatureFolder {
  private listing: string | null = null;
  private changedAtMs = Number.NEGATIVE_INFINITY;
  private versionAtChange: string | null = null;
  private readonly work: PeriodicWork;

  constructor(private readonly options: SignatureFolderOptions) {
    this.work = new PeriodicWork({ intervalMs, run: () => this.look(), onFailure: () => undefined });
  }

  start(): this {
    this.work.start();
    return this;
  }

  stop(): Promise<void> {
    return this.work.stop();
  }

  /** What is there, by names, sizes and times; null while it cannot be read, or clamd may not have loaded it yet. */
  get state(): string | null {
    const { loadedVersion, nowMs = () => performance.now() } = this.options;
    const hasLoaded = loadedVersion() !== this.versionAtChange || nowMs() - this.changedAtMs >= settlingMs;
    return this.listing !== null && hasLoaded ? this.listing : null;
  }

  async look(): Promise<void> {
    const { folder, loadedVersion, nowMs = () => performance.now() } = this.options;
    const before = this.listing;
    this.listing = await list(folder);
    // What is there when the scanner starts is taken for loaded.
    if (before === null || this.listing === before) return;
    this.changedAtMs = nowMs();
    this.versionAtChange = loadedVersion();
  }
}

async function list(folder: string): Promise<string | null> {
  try {
    const names = (await readdir(folder)).filter((name) => !ofFreshclam.test(name)).sort();
    if (names.length > maxFiles) return null;
    const lines: string[] = [];
    for (const name of names) {
      const { size, mtimeMs } = await stat(path.join(folder, name));
      lines.push(`${name} ${size} ${mtimeMs}`);
    }
    return lines.join('\n');
  } catch {
    return null;
  }
}
