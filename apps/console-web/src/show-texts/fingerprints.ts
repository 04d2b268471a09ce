const digits = 64;

/** 64 lowercase digits of a fingerprint as people paste it (colons, blanks, `SHA256 Fingerprint=` before it), or null. */
export function readFingerprint(pasted: string): string | null {
  const bare = pasted
    .replace(/^.*=/s, '')
    .replace(/[\s:-]/g, '')
    .toLowerCase();
  return bare.length === digits && /^[0-9a-f]+$/.test(bare) ? bare : null;
}

export type Comparison = 'empty' | 'unreadable' | 'same' | 'different';

export function compareFingerprints(pasted: string, shown: string): Comparison {
  if (pasted.trim() === '') return 'empty';
  const given = readFingerprint(pasted);
  if (given === null) return 'unreadable';
  return given === readFingerprint(shown) ? 'same' : 'different';
}

/** Two lines of sixteen bytes: short enough for a column, and the eye keeps its place. */
export function splitFingerprint(fingerprint: string): string[] {
  const bytes = fingerprint.split(':');
  return [`${bytes.slice(0, 16).join(':')}${bytes.length > 16 ? ':' : ''}`, bytes.slice(16).join(':')].filter(
    (line) => line !== '',
  );
}
