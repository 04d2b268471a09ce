/** Of one object that is about to share a file. Settled once, when it is known whether it was needed. */
export interface Stake {
  settle(isNeeded: boolean, nowMs?: number): void;
}

interface System {
  /** Not settled yet. */
  stakedBytes: number;
  /** By minute. */
  readonly dead: Map<number, number>;
}

const minuteMs = 60_000;
const hourMinutes = 60;

/**
 * Bytes of objects that were refused after they had been stored, in files that others need: no one can delete them by
 * themselves. An external system may have only so many in an hour; beyond, its objects get files of their own.
 */
export class DeadBytes {
  private readonly systems = new Map<string, System>();

  constructor(
    private readonly maxBytesPerHour: number,
    private readonly onDead: (bytes: number) => void,
  ) {}

  /** Null: too many of this system could die. */
  stake(registrationId: string, bytes: number, nowMs = performance.now()): Stake | null {
    const system = this.systems.get(registrationId) ?? { stakedBytes: 0, dead: new Map<number, number>() };
    forgetOld(system, nowMs);
    if (deadBytesOf(system) + system.stakedBytes + bytes > this.maxBytesPerHour) return null;
    this.systems.set(registrationId, system);
    system.stakedBytes += bytes;
    return {
      settle: (isNeeded, atMs = performance.now()) => {
        system.stakedBytes -= bytes;
        if (!isNeeded) this.add(system, bytes, atMs);
        if (isEmpty(system)) this.systems.delete(registrationId);
      },
    };
  }

  /** How many systems are remembered: those with something in it. */
  get size(): number {
    return this.systems.size;
  }

  private add({ dead }: System, bytes: number, nowMs: number): void {
    const minute = Math.floor(nowMs / minuteMs);
    dead.set(minute, (dead.get(minute) ?? 0) + bytes);
    this.onDead(bytes);
    // Seldom enough to look at the others, which may never come again.
    for (const [registrationId, other] of this.systems) {
      forgetOld(other, nowMs);
      if (isEmpty(other)) this.systems.delete(registrationId);
    }
  }
}

const isEmpty = ({ stakedBytes, dead }: System): boolean => stakedBytes === 0 && dead.size === 0;
const deadBytesOf = ({ dead }: System): number => [...dead.values()].reduce((sum, bytes) => sum + bytes, 0);

function forgetOld({ dead }: System, nowMs: number): void {
  const first = Math.floor(nowMs / minuteMs) - hourMinutes;
  for (const minute of dead.keys()) if (minute < first) dead.delete(minute);
}
