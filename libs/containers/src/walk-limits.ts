/** Bounds of one walk. What lies beyond is told as `limit-exceeded`, never silently left out. */
export interface WalkLimits {
  /** Containers in containers. */
  readonly maxDepth: number;
  readonly maxParts: number;
  /** Unpacked bytes in all. */
  readonly maxTotalBytes: number;
  readonly maxPartBytes: number;
  /** Bytes of the containers open at one time, one inside the other. */
  readonly maxHeldBytes: number;
  /** Unpacked bytes for each byte of a container, once `ratioFromBytes` are unpacked from it. */
  readonly maxRatio: number;
  readonly ratioFromBytes: number;
}

export const defaultWalkLimits: WalkLimits = {
  maxDepth: 16,
  maxParts: 50_000,
  maxTotalBytes: 1024 ** 3,
  maxPartBytes: 256 * 1024 ** 2,
  maxHeldBytes: 512 * 1024 ** 2,
  maxRatio: 250,
  // Logs pack to one three-hundredth; only beyond this many bytes is that a bomb's sign.
  ratioFromBytes: 128 * 1024 ** 2,
};

/** `container`: leave this container. `walk`: end the whole walk. */
export class LimitReached extends Error {
  override readonly name = 'LimitReached';

  constructor(
    readonly scope: 'container' | 'walk',
    readonly limit: keyof WalkLimits | 'time',
  ) {
    super(`${limit} reached`);
  }
}

/** Counts what a walk used. Every opener asks it before it makes bytes. */
export class Budget {
  private partCount = 0;
  private totalBytes = 0;

  constructor(
    readonly limits: WalkLimits,
    private readonly deadlineMs: number,
  ) {}

  takePart(): void {
    this.partCount += 1;
    if (this.partCount > this.limits.maxParts) throw new LimitReached('walk', 'maxParts');
    this.checkTime();
  }

  checkTime(): void {
    if (performance.now() > this.deadlineMs) throw new LimitReached('walk', 'time');
  }

  takeBytes(bytes: number): void {
    this.totalBytes += bytes;
    if (this.totalBytes > this.limits.maxTotalBytes) throw new LimitReached('walk', 'maxTotalBytes');
    this.checkTime();
  }

  get leftBytes(): number {
    return this.limits.maxTotalBytes - this.totalBytes;
  }
}

/** The share of one container: its own size bounds what may come out of it. */
export class ContainerBudget {
  private unpackedBytes = 0;

  constructor(
    private readonly walk: Budget,
    private readonly container: Buffer,
    /** Of this container and those around it. */
    private readonly heldBytes: number,
  ) {}

  /** For openers that have to look before they open. */
  get maxParts(): number {
    return this.walk.limits.maxParts;
  }

  get maxPartBytes(): number {
    return this.walk.limits.maxPartBytes;
  }

  takePart(): void {
    this.walk.takePart();
  }

  /** For long looks at bytes that make no part. */
  checkTime(): void {
    this.walk.checkTime();
  }

  /** Call with each piece before it is kept; `partBytes` is the part's size with it. */
  takeBytes(bytes: number, partBytes: number): void {
    if (partBytes > this.walk.limits.maxPartBytes) {
      this.walk.takeBytes(bytes);
      throw new LimitReached('container', 'maxPartBytes');
    }
    this.takeArchiveBytes(bytes, partBytes);
  }

  /** The same for what is an archive itself, such as the tar in a .tar.gz: `maxPartBytes` bounds what is in that. */
  takeArchiveBytes(bytes: number, partBytes: number): void {
    const { limits } = this.walk;
    this.charge(bytes);
    if (this.heldBytes + partBytes > limits.maxHeldBytes) throw new LimitReached('container', 'maxHeldBytes');
  }

  /** For a part that stands in the container as it is: whoever holds that holds it already. */
  takeView(part: Buffer): void {
    if (part.buffer !== this.container.buffer) return this.takeBytes(part.length, part.length);
    this.charge(part.length);
    if (part.length > this.walk.limits.maxPartBytes) throw new LimitReached('container', 'maxPartBytes');
  }

  /** Largest single part that could still be taken, for decoders that want to know beforehand. */
  get largestPartBytes(): number {
    return Math.min(this.walk.limits.maxPartBytes, this.largestArchiveBytes);
  }

  /** The same for an archive: see `takeArchiveBytes`. */
  get largestArchiveBytes(): number {
    const { limits, leftBytes } = this.walk;
    return Math.max(
      0,
      Math.min(limits.maxHeldBytes - this.heldBytes, leftBytes, this.bytesByRatio - this.unpackedBytes),
    );
  }

  private charge(bytes: number): void {
    this.walk.takeBytes(bytes);
    this.unpackedBytes += bytes;
    if (this.unpackedBytes > this.bytesByRatio) throw new LimitReached('container', 'maxRatio');
  }

  private get bytesByRatio(): number {
    const { ratioFromBytes, maxRatio } = this.walk.limits;
    return Math.max(ratioFromBytes, this.container.length * maxRatio);
  }
}
