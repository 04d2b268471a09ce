/** A small generator of pseudo-random numbers, so that a failing case can be made again from its seed. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const telling = [0, 1, 0x7f, 0x80, 0xff, 0x0a, 0x0d, 0x2d, 0x3d];

/** Bytes changed, cut out, doubled or cut off, a few at a time. */
export function mutate(bytes: Buffer, random: () => number): Buffer {
  let changed = Buffer.from(bytes);
  const at = (): number => Math.floor(random() * changed.length);
  for (let count = 1 + Math.floor(random() * 6); count > 0; count -= 1) {
    const from = at();
    const to = Math.min(changed.length, from + Math.floor(random() * 40));
    switch (Math.floor(random() * 5)) {
      case 0:
        changed[from] = Math.floor(random() * 256);
        break;
      case 1:
        changed[from] = telling[Math.floor(random() * telling.length)] as number;
        break;
      case 2:
        changed = Buffer.concat([changed.subarray(0, from), changed.subarray(to)]);
        break;
      case 3:
        changed = Buffer.concat([changed.subarray(0, to), changed.subarray(from)]);
        break;
      default:
        if (random() < 0.3) changed = changed.subarray(0, from);
    }
  }
  return changed;
}
