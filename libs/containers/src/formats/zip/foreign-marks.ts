/** As far as clamd looks to tell what a file is, and the longest of these marks. */
const firstLookBytes = 1024 + 8;

/**
 * Marks of other formats that stand further in than the first bytes: of a tar at 257, of a disk with a GUID partition table
 * at 512. Those are looked for before a zip's own: what has one there is opened as that, or not at all.
 */
const marks = ['ustar', 'EFI PART'];

/** Whether what this is could be told otherwise than by its first bytes. Anywhere near, not only in its place. */
export function hasForeignMark(bytes: Buffer): boolean {
  const look = bytes.subarray(0, firstLookBytes);
  return marks.some((mark) => look.includes(mark, 0, 'latin1'));
}
