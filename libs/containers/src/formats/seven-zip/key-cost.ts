const sevenZipMagic = Buffer.from('377abcaf271c', 'hex');
/** The method's number in a 7z header, [7zFormat.txt, methods]: AES-256 with SHA-256. */
const aesMethod = Buffer.from('06f10701', 'hex');
/** 7-Zip writes 19. Each step doubles the hashes of one try, which nothing can interrupt: 21 are 2 million, some seconds. */
const maxCyclesPower = 21;
/** A salt in place of cycles: no hashes at all. */
const noCycles = 0x3f;

/** Would one try of a password take longer than is reasonable? Its maker chose so; no one's usual archive does. */
export function isKeyTooCostly(bytes: Buffer): boolean {
  if (!bytes.subarray(0, sevenZipMagic.length).equals(sevenZipMagic)) return false;
  for (let at = bytes.indexOf(aesMethod); at >= 0; at = bytes.indexOf(aesMethod, at + 1)) {
    // Its properties' size, then the power in the low six bits of the first.
    const power = (bytes[at + aesMethod.length + 1] ?? 0) & noCycles;
    if (power > maxCyclesPower && power !== noCycles) return true;
  }
  return false;
}
