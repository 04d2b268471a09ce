/** Is this `Workbook` or `Book` stream encrypted? [MS-XLS] 2.4.117: a FilePass record stands near its beginning. */
export function hasFilePass(workbook: Buffer): boolean {
  for (let at = 0, count = 0; at + 4 <= workbook.length && count < 200; count += 1) {
    const type = workbook.readUInt16LE(at);
    if (type === 0x2f) return true;
    // Past the globals' first records: the end of the substream, or a sheet's.
    if (type === 0x0a || type === 0x85) return false;
    at += 4 + workbook.readUInt16LE(at + 2);
  }
  return false;
}

/** [MS-DOC] 2.5.2: fEncrypted of the file information block. An obfuscated one (fObfuscated) is no more readable. */
export const isEncryptedWord = (document: Buffer): boolean =>
  document.length >= 12 && document.readUInt16LE(0) === 0xa5ec && (document.readUInt16LE(10) & 0x0100) !== 0;

/** [MS-PPT] 2.3.2: a token of the current user's atom. */
export const isEncryptedPowerPoint = (currentUser: Buffer): boolean =>
  currentUser.length >= 16 && currentUser.readUInt32LE(12) === 0xf3d1c4df;
