import type { PackagedFile } from './packaged-file.js';

/** What a form of InfoPath holds in an element: its head, the file's size, the length of its name, the name, the file. */
export function infoPathFile(bytes: Buffer): PackagedFile[] {
  const head = bytes.length < 24 ? 0 : bytes.readUInt32LE(4);
  if (head < 20 || head > 256 || head + 4 > bytes.length) return [];
  const [size, nameCharacters] = [bytes.readUInt32LE(16), bytes.readUInt32LE(head)];
  const start = head + 4 + nameCharacters * 2;
  const name = bytes.toString('utf16le', head + 4, Math.min(start, head + 4 + 520)).replace(/\0.*$/s, '');
  return [{ name: name || 'attachment', bytes: bytes.subarray(start, start + size) }];
}
