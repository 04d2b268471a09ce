import { isOle } from './formats/ole/detect-ole.js';
import { hasAt } from './magic.js';

/** [offset, bytes as Latin-1, what it is]: files that are not opened. First match wins. */
const magics: readonly (readonly [number, string, string])[] = [
  [0, 'MZ', 'application/vnd.microsoft.portable-executable'],
  [0, '\x7fELF', 'application/x-elf'],
  [0, '\x89PNG\r\n\x1a\n', 'image/png'],
  [0, '\xff\xd8\xff', 'image/jpeg'],
  [0, 'GIF8', 'image/gif'],
  [0, '#!', 'text/x-shellscript'],
  [0, 'OggS', 'application/ogg'],
  [0, 'ID3', 'audio/mpeg'],
  [4, 'ftyp', 'video/mp4'],
  [0, '\xca\xfe\xba\xbe', 'application/java-vm'],
];

/** What a file is that is no container: by its first bytes, or what kind of text; null: nothing known. */
export function knownPlainType(bytes: Buffer): string | null {
  if (bytes.length === 0) return 'application/x-empty';
  if (isOle(bytes)) return 'application/x-ole-storage';
  return magics.find(([offset, text]) => hasAt(bytes, offset, text))?.[2] ?? null;
}

const sampleBytes = 4096;

export function textType(bytes: Buffer): string {
  const sample = bytes.subarray(0, sampleBytes);
  if (/[\0-\x08\x0e-\x1a\x1c-\x1f]/.test(sample.toString('latin1'))) return 'application/octet-stream';
  const text = sample.toString('utf8');
  if (/^\s*(<!doctype html|<html|<head|<body|<script)/i.test(text)) return 'text/html';
  if (/^\s*<\?xml/.test(text)) return 'application/xml';
  return 'text/plain';
}
