const columns: Readonly<Record<number, 'md5' | 'sha1' | 'sha256'>> = { 32: 'md5', 40: 'sha1', 64: 'sha256' };

/** The column to look a whole hash up in, told by its length; null when the text is something else. */
export const hashColumn = (text: string | undefined): 'md5' | 'sha1' | 'sha256' | null =>
  text !== undefined && /^[0-9a-f]+$/i.test(text) ? (columns[text.length] ?? null) : null;
