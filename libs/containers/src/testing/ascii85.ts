/** As PDF's filter ASCII85Decode reads it, without the shorthand for zeros and without an end mark. */
export const ascii85 = (content: Buffer): string => {
  const value = (at: number): number => Buffer.concat([content, Buffer.alloc(4)]).readUInt32BE(at);
  let text = '';
  for (let at = 0; at < content.length; at += 4) {
    const digits = [52200625, 614125, 7225, 85, 1].map((power) => (Math.floor(value(at) / power) % 85) + 33);
    text += String.fromCharCode(...digits.slice(0, Math.min(5, content.length - at + 1)));
  }
  return text;
};
