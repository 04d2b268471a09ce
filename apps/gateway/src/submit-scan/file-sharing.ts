import type { Ledger } from '../ask-ledger/ledger.js';
import { DeadBytes, type Stake } from './dead-bytes.js';
import { GatherMemory, GatheredBytes } from './gathered-bytes.js';

export interface FileSharingLimits {
  /** Of all bodies that are being received. More of them are written as they come, into files of their own. */
  readonly maxGatheredBytes: number;
  /** Of one external system: what was refused, in files that others need. */
  readonly maxDeadBytesPerHour: number;
}

export interface FileSharingDeps {
  readonly limits: FileSharingLimits;
  /** `GATEWAY_SHARED_FILES`. */
  readonly isAllowed: boolean;
  readonly ledger: Pick<Ledger, 'sharesFiles'>;
  readonly onDead: (bytes: number) => void;
}

/** Which objects may share files with others (ADR 50). */
export class FileSharing {
  private readonly memory: GatherMemory;
  private readonly dead: DeadBytes;

  constructor(private readonly deps: FileSharingDeps) {
    this.memory = new GatherMemory(deps.limits.maxGatheredBytes);
    this.dead = new DeadBytes(deps.limits.maxDeadBytesPerHour, deps.onDead);
  }

  /** Null: an object of now is written as it comes. */
  gather(): GatheredBytes | null {
    return this.isOn ? new GatheredBytes(this.memory) : null;
  }

  /** Null: it gets a file of its own. Who has one settles it. */
  stake(registrationId: string, bytes: number): Stake | null {
    return this.isOn ? this.dead.stake(registrationId, bytes) : null;
  }

  private get isOn(): boolean {
    return this.deps.isAllowed && this.deps.ledger.sharesFiles;
  }
}
