import type { PartHeader, PartSink } from '../read-multipart/index.js';
import type { ObjectDraft } from './object-draft.js';

export interface SelectedObject {
  readonly draft: ObjectDraft;
  readonly filename: string | null;
}

/**
 * Which part named `content` is the object (wire contract, POST /scans): the first that has a filename, else the only
 * one without. A part without one is stored as it comes, and given up when one with a filename follows.
 */
export class ObjectSelection {
  private selected: (SelectedObject & { readonly hasFilename: boolean }) | null = null;
  private isAmbiguous = false;

  constructor(
    private readonly options: {
      readonly startDraft: () => ObjectDraft;
      /** Called before bytes beyond it are kept; throws. */
      readonly maxSizeBytes: number;
      readonly onTooLarge: () => never;
    },
  ) {}

  /** Null: this part is not the object. */
  offer(header: PartHeader): PartSink | null {
    if (this.selected?.hasFilename === true) return null;
    if (this.selected !== null && !header.hasFilename) {
      this.isAmbiguous = true;
      return null;
    }
    void this.selected?.draft.abort();
    const draft = this.options.startDraft();
    this.selected = { draft, filename: header.filename, hasFilename: header.hasFilename };
    return { write: (bytes) => this.write(draft, bytes), end: () => undefined };
  }

  /** After the last part. */
  get object(): SelectedObject | null {
    const isOnlyOne = this.selected?.hasFilename === true || !this.isAmbiguous;
    return isOnlyOne ? this.selected : null;
  }

  abort(): Promise<void> {
    return this.selected?.draft.abort() ?? Promise.resolve();
  }

  private write(draft: ObjectDraft, bytes: Buffer): void {
    if (draft.sizeBytes + bytes.length > this.options.maxSizeBytes) this.options.onTooLarge();
    draft.write(bytes);
  }
}
