/**
 * What shows as nothing, moves what stands beside it or changes its direction: controls but for line breaks and tabs, formats,
 * separators, what Unicode lets be ignored, private use. Left out: what makes a sign before it a coloured one.
 */
const hidden =
  /(?![\n\t\ufe0e\ufe0f])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu;

const codeOf = (character: string): string =>
  `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`;

/** Text as it is, with every character that a reader would not see written out: `invoice[U+202E]fdp.exe`. */
export const revealText = (text: string): string =>
  text.toWellFormed().replace(/\r\n?/g, '\n').replace(hidden, codeOf);

/** The same on one line. */
export const revealLine = (text: string): string => revealText(text.replace(/[\r\n\t]+/g, ' ')).trim();

/** At most so many characters, none of them cut in two. */
export function cutText(text: string, maxCharacters: number): { text: string; isCut: boolean } {
  if (text.length <= maxCharacters) return { text, isCut: false };
  const isSplit = /[\ud800-\udbff]/.test(text[maxCharacters - 1] ?? '');
  return { text: text.slice(0, isSplit ? maxCharacters - 1 : maxCharacters), isCut: true };
}
