/** Do these bytes, written in Latin-1, stand at this place? */
export const hasAt = (bytes: Buffer, offset: number, text: string): boolean =>
  bytes.toString('latin1', offset, offset + text.length) === text;
