import type { OpenedItem } from '../../opened-item.js';
import { type ContainerBudget, LimitReached } from '../../walk-limits.js';
import { ContentCharge } from '../stream/content-charge.js';
import type { UnpackSink } from './run-seven-zip.js';

export interface UnpackedFile {
  readonly path: string;
  readonly bytes: Buffer;
}

/** Ends a run at the border between two files, because enough is held for now. */
export class EnoughForNow extends Error {
  override readonly name = 'EnoughForNow';
}

/** What may be held of one run before it is given away. */
const windowBytes = 96 * 1024 ** 2;

/** Keeps the files of one run, from number `skip` on, charged to the budget as they grow. */
export class FileCollector implements UnpackSink {
  readonly files: UnpackedFile[] = [];
  readonly tooLarge: OpenedItem[] = [];
  /** How many files were begun, kept or not. */
  count = 0;
  private pieces: Buffer[] = [];
  private firstPiece: Buffer | undefined;
  private path: string | null = null;
  private length = 0;
  private heldBytes = 0;
  private isTooLarge = false;
  private readonly streamCharge: ContentCharge;

  constructor(
    private readonly budget: ContainerBudget,
    private readonly skip: number,
    /** Its one file has no name: of a .tar.xz the tar. */
    private readonly isStream = false,
  ) {
    this.streamCharge = new ContentCharge(budget, () => this.firstPiece);
  }

  begin(path: string): boolean {
    this.finish();
    if (this.heldBytes >= windowBytes) throw new EnoughForNow();
    this.count += 1;
    if (this.count <= this.skip) return false;
    this.budget.takePart();
    this.path = path;
    return true;
  }

  write(piece: Buffer): void {
    if (this.isTooLarge) return this.budget.takeBytes(piece.length, 0);
    this.length += piece.length;
    this.firstPiece ??= piece;
    try {
      this.charge(piece);
      this.pieces.push(piece);
    } catch (error) {
      // Its own size ends this file only; what follows is still unpacked, and charged. Behind a stream's file there is none.
      if (this.isStream || !(error instanceof LimitReached) || error.limit !== 'maxPartBytes') throw error;
      this.leave();
    }
  }

  checkTime(): void {
    this.budget.takeBytes(0, 0);
  }

  /** Call at the end of the run: the last file is whole then, or all there is of it. */
  finish(): void {
    if (this.path !== null && !this.isTooLarge && this.length > 0) {
      this.files.push({ path: this.path, bytes: Buffer.concat(this.pieces, this.length) });
      this.heldBytes += this.length;
    }
    this.path = null;
    this.pieces = [];
    this.length = 0;
    this.isTooLarge = false;
  }

  private charge(piece: Buffer): void {
    if (this.isStream) this.streamCharge.take(piece.length);
    else this.budget.takeBytes(piece.length, this.length);
  }

  private leave(): void {
    this.isTooLarge = true;
    this.pieces = [];
    const label = this.path ?? '';
    this.tooLarge.push({ kind: 'unexamined', reason: 'limit-exceeded', limit: 'maxPartBytes', label });
  }
}
