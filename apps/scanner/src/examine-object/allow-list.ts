import { HashListEngine, readListFile } from '@sluice/engine-hash-lists';

/**
 * The operators' allow list, as the scanner itself reads it: what an inspector process says of a hash is the word of
 * something that has opened hostile bytes. Deny wins over allow; a list that cannot be read excuses nothing.
 */
export class AllowList {
  private lists: HashListEngine;

  constructor(
    private readonly files: { readonly denyFile: string | null; readonly allowFile: string | null },
  ) {
    this.lists = this.read();
  }

  /** Whether there is one at all. */
  get isConfigured(): boolean {
    return this.files.allowFile !== null;
  }

  /** By SHA-256, hexadecimal. */
  has(sha256: string): boolean {
    return this.isConfigured && this.lists.isAllowed(sha256);
  }

  /** The files changed. */
  reload(): void {
    this.lists = this.read();
  }

  private read(): HashListEngine {
    const { denyFile, allowFile } = this.files;
    // Without an allow list nothing is looked up, and a long deny list is read for nothing.
    return new HashListEngine({
      deny: allowFile === null ? null : readListFile(denyFile),
      allow: readListFile(allowFile),
    });
  }
}
