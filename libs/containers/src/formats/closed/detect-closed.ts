import type { ContainerDetection } from '../../container-format.js';
import { hasAt } from '../../magic.js';

/** Certainly containers, and nothing here opens them. [offset, bytes as Latin-1, what it is]. */
const magics: readonly (readonly [number, string, string])[] = [
  [0, '\x28\xb5\x2f\xfd', 'application/zstd'],
  [0, '\x04\x22\x4d\x18', 'application/x-lz4'],
  [0, '\x89LZO\0\r\n', 'application/x-lzop'],
  [0, 'LZIP\x01', 'application/x-lzip'],
  [0, '\x1f\x9d\x90', 'application/x-compress'],
  [0, 'xar!\0', 'application/x-xar'],
  [7, '**ACE**', 'application/x-ace-compressed'],
];

export const closedDetection = {
  name: 'closed',
  nature: 'wrapper',
  detect(bytes) {
    const magic = magics.find(([offset, text]) => hasAt(bytes, offset, text));
    if (magic !== undefined) return { mime: magic[2], isCertain: true };
    return isArj(bytes) ? { mime: 'application/x-arj', isCertain: true } : null;
  },
} as const satisfies ContainerDetection;

function isArj(bytes: Buffer): boolean {
  if (bytes.length < 11 || bytes.readUInt16LE(0) !== 0xea60) return false;
  const headerBytes = bytes.readUInt16LE(2);
  return headerBytes >= 30 && headerBytes <= 2600 && (bytes[10] ?? 255) <= 4;
}
