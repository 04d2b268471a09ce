/** One part of an object, as the allow list sees it. */
export interface TreePart {
  readonly number: number;
  /** Numbers of what it is in, from the object down. */
  readonly within: readonly number[];
  /** Its own hash is on the allow list. */
  readonly isAllowed: boolean;
}

export interface Hit {
  readonly part: TreePart;
  readonly name: string;
}

/**
 * What of an engine's hits counts, when the allow list has its say. The list names bytes, and excuses those bytes alone:
 *
 * | the hit is in                                          | excused when                                              |
 * |--------------------------------------------------------|-----------------------------------------------------------|
 * | a part                                                 | its own hash is on the list                               |
 * | a wrapper or document, or the object with parts inside | the engine saw every part alone, found the same inside,   |
 * |                                                        | and everything it found inside is excused                 |
 *
 * `isSeenInFull`: the engine saw each part below this one alone, and nothing below was left unexamined.
 */
export function countedHits<One extends Hit>(
  hits: readonly One[],
  isSeenInFull: (part: number) => boolean,
): One[] {
  // A part has a larger number than what it is in, so everything below is decided first.
  const inside = new Map<number, { hasCounted: boolean; names: Set<string> }>();
  const counted = new Set<One>();
  for (const { hits: same, part } of byPart(hits)) {
    const found = inside.get(part.number);
    for (const hit of same) {
      const isExplained =
        found !== undefined && !found.hasCounted && found.names.has(hit.name) && isSeenInFull(part.number);
      if (!part.isAllowed && !isExplained) counted.add(hit);
    }
    const hasCounted = same.some((hit) => counted.has(hit));
    for (const number of part.within) {
      const below = inside.get(number) ?? { hasCounted: false, names: new Set<string>() };
      below.hasCounted ||= hasCounted;
      for (const { name } of same) below.names.add(name);
      inside.set(number, below);
    }
  }
  return hits.filter((hit) => counted.has(hit));
}

/** Hits of one part together, the part with the largest number first. */
function byPart<One extends Hit>(hits: readonly One[]): { part: TreePart; hits: One[] }[] {
  const groups = new Map<number, { part: TreePart; hits: One[] }>();
  for (const hit of hits) {
    const group = groups.get(hit.part.number) ?? { part: hit.part, hits: [] };
    group.hits.push(hit);
    groups.set(hit.part.number, group);
  }
  return [...groups.values()].sort((a, b) => b.part.number - a.part.number);
}
