/**
 * Does `text` fit `mask`? `*` is any number of characters, `?` one; upper and lower case are the same. Linear memory
 * and at most quadratic time, unlike a regular expression made of the mask.
 */
export function fitsMask(text: string, mask: string): boolean {
  const [subject, pattern] = [[...text.toLowerCase()], [...mask.toLowerCase()]];
  let at = 0;
  let inMask = 0;
  let starAt = -1;
  let resumeAt = 0;
  while (at < subject.length) {
    if (pattern[inMask] === '*') {
      starAt = inMask;
      resumeAt = at;
      inMask += 1;
    } else if (inMask < pattern.length && (pattern[inMask] === '?' || pattern[inMask] === subject[at])) {
      at += 1;
      inMask += 1;
    } else if (starAt >= 0) {
      // The last star takes one character more.
      resumeAt += 1;
      at = resumeAt;
      inMask = starAt + 1;
    } else return false;
  }
  while (pattern[inMask] === '*') inMask += 1;
  return inMask === pattern.length;
}

/** Masks of mail addresses, separated by blanks, commas or semicolons; one without an @ is a domain. */
export const splitMasks = (masks: string): string[] =>
  masks
    .split(/[\s,;]+/)
    .filter((mask) => mask !== '')
    .map((mask) => (mask.includes('@') ? mask : `*@${mask}`));
