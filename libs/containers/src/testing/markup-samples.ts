/** Short enough to be found only where a scheme or a call says that it is a file. */
export const needle = Buffer.from('a needle in a haystack, not found so easily');
export const base64 = needle.toString('base64');
export const html = (text: string): Buffer => Buffer.from(`<!DOCTYPE html><html><body>${text}</body></html>`);
/** Long enough to be told from a word. */
export const longText = Buffer.from(
  'a needle in a haystack, as long as a text has to be to be told from a word',
);
