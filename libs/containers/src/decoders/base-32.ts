/** RFC 4648, section 6. */
export const alphabet32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** Its section 7. */
export const alphabet32hex = '0123456789ABCDEFGHIJKLMNOPQRSTUV';

/** What is none of its digits is passed over. */
export function decode32(run: Buffer, alphabet = alphabet32): Buffer {
  const out: number[] = [];
  let [held, bits] = [0, 0];
  for (const byte of run) {
    const value = alphabet.indexOf(String.fromCharCode(byte));
    if (value < 0) continue;
    held = ((held << 5) | value) & 0xffff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    out.push((held >> bits) & 0xff);
  }
  return Buffer.from(out);
}
