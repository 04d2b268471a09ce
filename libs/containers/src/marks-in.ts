/** Does any of the marks stand in these bytes? */
export type MarksIn = (bytes: Buffer) => boolean;

interface Place {
  readonly mark: Buffer;
  /** How far behind the beginning of the mark the pair stands. */
  readonly offset: number;
}

/**
 * Looks for many marks in one pass. A native search for each stops at every byte that its mark begins with, and in packed
 * data those are many. Of a mark of five bytes, every fourth pair of bytes is one of its first four pairs: only there it is
 * compared.
 */
export function marksIn(marks: readonly Buffer[]): MarksIn {
  const step = Math.min(...marks.map((mark) => mark.length)) - 1;
  if (step < 1) throw new Error('marks of two bytes at least');
  const places = new Map<number, Place[]>();
  for (const mark of marks)
    for (let offset = 0; offset < step; offset += 1) {
      const pair = pairAt(mark, offset);
      places.set(pair, [...(places.get(pair) ?? []), { mark, offset }]);
    }
  // A look at a table costs a quarter of one into the map.
  const isPair = new Uint8Array(65_536);
  for (const pair of places.keys()) isPair[pair] = 1;
  const stands = (bytes: Buffer, at: number): boolean =>
    (places.get(pairAt(bytes, at)) ?? []).some(({ mark, offset }) => standsAt(bytes, at - offset, mark));
  return (bytes) => {
    const last = bytes.length - 1;
    for (let at = 0; at < last; at += step)
      if (isPair[pairAt(bytes, at)] === 1 && stands(bytes, at)) return true;
    return false;
  };
}

const pairAt = (bytes: Buffer, at: number): number =>
  (bytes[at] as number) | ((bytes[at + 1] as number) << 8);

function standsAt(bytes: Buffer, start: number, mark: Buffer): boolean {
  if (start < 0 || start + mark.length > bytes.length) return false;
  for (let at = 0; at < mark.length; at += 1) if (bytes[start + at] !== mark[at]) return false;
  return true;
}
