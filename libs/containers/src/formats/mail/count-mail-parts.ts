const declaration = /boundary\s*=\s*(?:"([^"\r\n]{1,200})"|([^\s;"]{1,200}))/gi;
const longestLine = 210;

/**
 * Lines that begin a part, counted without parsing, up to `max` and one more. The parser takes minutes for a million
 * empty parts, which are 6 MB, and knows no bound of its own. Boundaries declared in a stranger way are not counted:
 * then the scan's time-out is what ends it.
 */
export function countMailParts(bytes: Buffer, max: number): number {
  const text = bytes.toString('latin1');
  const boundaries = new Set(
    [...text.matchAll(declaration)].map(([, quoted, token]) => (quoted ?? token ?? '').trimEnd()),
  );
  if (boundaries.size === 0) return 0;
  let count = 0;
  for (let at = text.indexOf('\n--'); at >= 0 && count <= max; at = text.indexOf('\n--', at + 3)) {
    const end = text.indexOf('\n', at + 3);
    const line = text.slice(at + 3, Math.min(end < 0 ? text.length : end, at + 3 + longestLine)).trimEnd();
    if (boundaries.has(line)) count += 1;
  }
  return count;
}
