const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._';

/** An installer package packs two characters of a stream's name into one (0x3800 to 0x4840). For people only. */
export function readableName(name: string): string {
  return [...name]
    .map((char) => {
      const code = char.charCodeAt(0);
      if (code >= 0x4800 && code < 0x4840) return alphabet[code - 0x4800] ?? '';
      if (code < 0x3800 || code >= 0x4800) return char;
      return `${alphabet[(code - 0x3800) & 63] ?? ''}${alphabet[(code - 0x3800) >> 6] ?? ''}`;
    })
    .join('');
}
