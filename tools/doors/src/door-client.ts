import type { DoorArena } from './door-arena.js';

/** What a client is given; `away`: the clean sample while no gateway answers. */
export const occasions = ['clean', 'infected', 'encrypted', 'away'] as const;
export type Occasion = (typeof occasions)[number];

/**
 * What became of a mail (delivered to refused) or of a file (passed, blocked).
 * `held`: only the mail server's operator gets it out. `lost`: taken with 250, and nowhere.
 */
export type Fate = 'delivered' | 'held' | 'deferred' | 'refused' | 'lost' | 'passed' | 'blocked';

/** A program that uses Sluice through one of its doors. */
export interface DoorClient {
  /** As it is asked for on the command line. */
  readonly name: string;
  readonly title: string;
  /** Of Debian; unpacked into a folder, never installed. */
  readonly packages: readonly string[];
  /** By what the documentation's lines say. */
  readonly expected: Readonly<Record<Occasion, Fate>>;
  start(arena: DoorArena): Promise<StartedClient>;
}

export interface StartedClient {
  /** Which program this was: its version, and what of it is imitated if anything is. */
  readonly version: string;
  meet(occasion: Occasion): Promise<Fate>;
  stop(): Promise<void>;
}

/** Why a client is not run here; anything else that goes wrong is a fault of the door. */
export class NotRunHere extends Error {
  override readonly name = 'NotRunHere';
}
