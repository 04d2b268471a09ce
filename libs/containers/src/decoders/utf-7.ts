/** RFC 2152: between `+` and the first character that is no base64 stands UTF-16 in base64; `+-` is a plus sign. */
export function decodeUtf7(bytes: Buffer): string {
  return bytes.toString('latin1').replace(/\+([A-Za-z0-9+/]*)-?/g, (_, run: string) => {
    if (run === '') return '+';
    const wide = Buffer.from(run, 'base64');
    return wide
      .subarray(0, wide.length & ~1)
      .swap16()
      .toString('utf16le');
  });
}
