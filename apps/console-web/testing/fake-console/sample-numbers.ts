/** The same pictures every time: a small generator instead of chance. */
export function createSampler(seed: number) {
  let state = seed;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return {
    next,
    between: (low: number, high: number): number => Math.floor(low + next() * (high - low + 1)),
    pick: <Item>(items: readonly Item[]): Item => items[Math.floor(next() * items.length)] as Item,
    hex: (digits: number): string =>
      Array.from({ length: digits }, () => Math.floor(next() * 16).toString(16)).join(''),
  };
}
export type Sampler = ReturnType<typeof createSampler>;

/** The begin of a step, so many steps ago. */
export const stepAt = (ago: number, stepSeconds: number): string =>
  new Date(Math.floor(Date.now() / (stepSeconds * 1000) - ago) * stepSeconds * 1000).toISOString();

export const secondsAgo = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString();
export const toFingerprint = (hex: string): string => (hex.toUpperCase().match(/../g) ?? []).join(':');

export function sampleId(sampler: Sampler): string {
  const hex = sampler.hex(32);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}
