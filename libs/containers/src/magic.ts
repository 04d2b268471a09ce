/**
 * Do these bytes, written in Latin-1, stand at this place? Byte by byte: some hundred formats are looked for in every part, and
 * a native call for each took a third of a walk's time.
 */
export function hasAt(bytes: Buffer, offset: number, text: string): boolean {
  if (offset < 0 || offset + text.length > bytes.length) return false;
  for (let at = 0; at < text.length; at += 1) if (bytes[offset + at] !== text.charCodeAt(at)) return false;
  return true;
}
