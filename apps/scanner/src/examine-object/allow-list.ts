import { HashListEngine, type ListSource } from '@sluice/engine-hash-lists';

export interface AllowListSources {
  readonly deny: ListSource;
  readonly allow: ListSource;
}

/**
 * The operators' allow list, as the scanner itself reads it: what an inspector process says of a hash is the word of
 * something that has opened hostile bytes. Deny wins over allow; a list that cannot be read excuses nothing.
 */
export class AllowList {
  private lists: HashListEngine;

  /** Null: neither list is configured. */
  constructor(private sources: AllowListSources | null) {
    this.lists = enginesOf(sources);
  }

  /** Whether there is one at all. */
  get isConfigured(): boolean {
    return this.sources !== null && this.sources.allow !== null;
  }

  /** By SHA-256, hexadecimal. */
  has(sha256: string): boolean {
    return this.isConfigured && this.lists.isAllowed(sha256);
  }

  /** Newer lists, the same that the inspector has taken over. */
  take(sources: AllowListSources | null): void {
    this.sources = sources;
    this.lists = enginesOf(sources);
  }
}

/** Without an allow list nothing is looked up, and a long deny list would be kept for nothing. */
const enginesOf = (sources: AllowListSources | null): HashListEngine =>
  new HashListEngine(sources === null || sources.allow === null ? { deny: null, allow: null } : sources);
