/** Centres of the alignment patterns, per version, on both axes. */
const alignments = [
  [],
  [6, 18],
  [6, 22],
  [6, 26],
  [6, 30],
  [6, 34],
  [6, 22, 38],
  [6, 24, 42],
  [6, 26, 46],
  [6, 28, 50],
] as const;
const levelM = 0b00;
/** One of eight; which one only matters to very poor cameras. `(row + column) % 3 == 0` breaks up what text makes. */
const mask = 3;
const isMasked = (row: number, column: number): boolean => (row + column) % 3 === 0;

/** The square itself: patterns that cameras look for first, then the data in its zigzag. */
export class QrGrid {
  readonly size: number;
  readonly rows: boolean[][];
  private readonly isTaken: boolean[][];

  constructor(private readonly version: number) {
    this.size = version * 4 + 17;
    const empty = () =>
      Array.from({ length: this.size }, () => Array.from({ length: this.size }, () => false));
    [this.rows, this.isTaken] = [empty(), empty()];
    this.drawTiming();
    for (const [row, column] of [
      [3, 3],
      [3, this.size - 4],
      [this.size - 4, 3],
    ] as const)
      this.drawFinder(row, column);
    this.drawAlignments();
    this.drawFormat();
    this.drawVersion();
  }

  /** Two columns at a time from the right, up and down in turn, around what is taken. */
  fill(bytes: readonly number[]): void {
    let bit = 0;
    for (let right = this.size - 1; right >= 1; right -= 2) {
      if (right === 6) right = 5;
      const isUpward = ((right + 1) & 2) === 0;
      for (let step = 0; step < this.size; step += 1)
        for (const column of [right, right - 1]) {
          const row = isUpward ? this.size - 1 - step : step;
          if (this.isTaken[row]?.[column] !== false) continue;
          const isDark = (((bytes[bit >>> 3] ?? 0) >>> (7 - (bit & 7))) & 1) === 1;
          this.put(row, column, isDark !== isMasked(row, column));
          bit += 1;
        }
    }
  }

  private put(row: number, column: number, isDark: boolean): void {
    const line = this.rows[row];
    if (line?.[column] !== undefined) line[column] = isDark;
  }

  private take(row: number, column: number, isDark: boolean): void {
    this.put(row, column, isDark);
    const line = this.isTaken[row];
    if (line?.[column] !== undefined) line[column] = true;
  }

  private drawTiming(): void {
    for (let at = 0; at < this.size; at += 1) {
      this.take(6, at, at % 2 === 0);
      this.take(at, 6, at % 2 === 0);
    }
  }

  /** With the light ring around it, as far as there is room. */
  private drawFinder(row: number, column: number): void {
    for (let down = -4; down <= 4; down += 1)
      for (let across = -4; across <= 4; across += 1) {
        const distance = Math.max(Math.abs(down), Math.abs(across));
        this.take(row + down, column + across, distance !== 2 && distance !== 4);
      }
  }

  private drawAlignments(): void {
    const centres = alignments[this.version - 1] ?? [];
    const last = this.size - 7;
    for (const row of centres)
      for (const column of centres) {
        const isCorner = (row === 6 && (column === 6 || column === last)) || (row === last && column === 6);
        if (isCorner) continue;
        for (let down = -2; down <= 2; down += 1)
          for (let across = -2; across <= 2; across += 1)
            this.take(row + down, column + across, Math.max(Math.abs(down), Math.abs(across)) !== 1);
      }
  }

  /** Level and mask with their own check bits, twice. */
  private drawFormat(): void {
    const data = (levelM << 3) | mask;
    const bits = ((data << 10) | remainder(data, 10, 0x537)) ^ 0x5412;
    const isSet = (index: number) => ((bits >>> index) & 1) === 1;
    for (let index = 0; index < 15; index += 1) {
      const near = index < 6 ? index : index < 8 ? index + 1 : this.size - 15 + index;
      const far = index < 8 ? this.size - 1 - index : index < 9 ? 7 : 14 - index;
      this.take(near, 8, isSet(index));
      this.take(8, far, isSet(index));
    }
    this.take(this.size - 8, 8, true);
  }

  private drawVersion(): void {
    if (this.version < 7) return;
    const bits = (this.version << 12) | remainder(this.version, 12, 0x1f25);
    for (let index = 0; index < 18; index += 1) {
      const isDark = ((bits >>> index) & 1) === 1;
      const [long, short] = [this.size - 11 + (index % 3), Math.floor(index / 3)];
      this.take(short, long, isDark);
      this.take(long, short, isDark);
    }
  }
}

/** What is left of `value` followed by `degree` zeros after dividing by the polynomial. */
function remainder(value: number, degree: number, polynomial: number): number {
  let rest = value;
  for (let step = 0; step < degree; step += 1) rest = (rest << 1) ^ ((rest >>> (degree - 1)) * polynomial);
  return rest;
}
