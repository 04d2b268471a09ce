const [lf, cr] = [0x0a, 0x0d];

/** Text of old Macintoshes, whose lines end in a bare CR: each of them in its place an LF; other text as it is. */
export const withLineFeeds = (text: Buffer): Buffer =>
  text.includes(lf) || !text.includes(cr) ? text : Buffer.from(text.map((byte) => (byte === cr ? lf : byte)));
