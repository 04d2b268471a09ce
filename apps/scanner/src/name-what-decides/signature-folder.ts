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
  /** clamd's word for what it has loaded; another one than before says that it has loaded what came. Null: not known. */
  readonly loadedVersion: () => string | null;
  readonly nowMs?: () => number;
  /** By the clock that files are dated with. */
  readonly dateMs?: () => number;
}

interface Listing {
  readonly text: string;
  /** When something in it changed last; a file that only went changed the folder. */
  readonly changedAtMs: number;
}

/**
 * The files that clamd loads its signatures from. Only the official ones are in what clamd says of its version: one that
 * was put beside them shows here alone.
 *
 * No one can ask clamd whether it has loaded a file. So what changed lately may not be loaded yet, also when the scanner has
 * just started: a verdict of before would be taken for one of these signatures.
 */
export class SignatureFolder {
  private listing: string | null = null;
  private hasLooked = false;
  private changedAtMs = Number.NEGATIVE_INFINITY;
  /** Null: not known yet since the change. */
  private versionAtChange: string | null = null;
  private lastVersion: string | null = null;
  private readonly work: PeriodicWork;
  private readonly nowMs: () => number;

  constructor(private readonly options: SignatureFolderOptions) {
    this.nowMs = options.nowMs ?? (() => performance.now());
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
    const version = this.options.loadedVersion();
    const isAnother = version !== null && this.versionAtChange !== null && version !== this.versionAtChange;
    const hasLoaded = isAnother || this.nowMs() - this.changedAtMs >= settlingMs;
    return this.listing !== null && hasLoaded ? this.listing : null;
  }

  async look(): Promise<void> {
    const { folder, loadedVersion, dateMs = () => Date.now() } = this.options;
    const before = this.listing;
    const found = await list(folder);
    this.listing = found?.text ?? null;
    this.lastVersion = loadedVersion() ?? this.lastVersion;
    if (found !== null && !this.hasLooked) {
      this.hasLooked = true;
      this.changedAtMs = this.nowMs() - Math.max(0, dateMs() - found.changedAtMs);
    } else if (this.hasLooked && this.listing !== before) {
      this.changedAtMs = this.nowMs();
      this.versionAtChange = null;
    }
    this.versionAtChange ??= this.lastVersion;
  }
}

async function list(folder: string): Promise<Listing | null> {
  try {
    const names = (await readdir(folder)).filter((name) => !ofFreshclam.test(name)).sort();
    if (names.length > maxFiles) return null;
    const lines: string[] = [];
    let changedAtMs = (await stat(folder)).mtimeMs;
    for (const name of names) {
      const { size, mtimeMs, ctimeMs } = await stat(path.join(folder, name));
      // No copy sets the last: another text of the same length may come with the old one's date.
      lines.push(`${name} ${size} ${mtimeMs} ${ctimeMs}`);
      changedAtMs = Math.max(changedAtMs, ctimeMs);
    }
    return { text: lines.join('\n'), changedAtMs };
  } catch {
    return null;
  }
}
