/** Which bytes of a container are accounted for. Ranges may come in any order and overlap. */
export class ByteRanges {
  private list: [start: number, end: number][] = [];
  private isSorted = true;

  add(start: number, end: number): void {
    if (end <= start) return;
    const last = this.list.at(-1);
    if (last !== undefined && start >= last[0] && start <= last[1]) {
      last[1] = Math.max(last[1], end);
      return;
    }
    if (last !== undefined && start < last[0]) this.isSorted = false;
    this.list.push([start, end]);
  }

  /** The end of the range this byte lies in, or null. */
  endAt(offset: number): number | null {
    const ranges = this.sorted();
    let [low, high] = [0, ranges.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((ranges[middle]?.[1] ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    const range = ranges[low];
    return range !== undefined && range[0] <= offset ? range[1] : null;
  }

  /** What lies between the ranges, in order, up to `length`. */
  *gaps(length: number): Generator<[start: number, end: number]> {
    let at = 0;
    for (const [start, end] of this.sorted()) {
      if (start > at) yield [at, Math.min(start, length)];
      at = Math.max(at, end);
    }
    if (at < length) yield [at, length];
  }

  /** In order, without overlaps. */
  ranges(): readonly (readonly [start: number, end: number])[] {
    return this.sorted();
  }

  private sorted(): readonly [number, number][] {
    if (this.isSorted) return this.list;
    const sorted = this.list.sort((a, b) => a[0] - b[0]);
    this.list = [];
    this.isSorted = true;
    for (const [start, end] of sorted) this.add(start, end);
    return this.list;
  }
}
