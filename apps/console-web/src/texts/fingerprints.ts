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

const chunkBytes = 8;

/** Pieces of eight bytes, between which a line may break: the eye keeps its place, and no byte is torn. */
export function splitFingerprint(fingerprint: string): string[] {
  const bytes = fingerprint.split(':');
  const starts = Array.from(
    { length: Math.ceil(bytes.length / chunkBytes) },
    (_, index) => index * chunkBytes,
  );
  return starts.map((start) => {
    const end = start + chunkBytes;
    return `${bytes.slice(start, end).join(':')}${end < bytes.length ? ':' : ''}`;
  });
}
