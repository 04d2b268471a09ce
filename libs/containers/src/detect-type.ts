import { isMailbox, looksLikeMail } from './looks-like-mail.js';

/** How an object can be opened. `unopenable`: certainly a container, but nothing here opens it. */
export type ContainerKind =
  'archive' | 'gzip' | 'bzip2' | 'xz' | 'mail' | 'mailbox' | 'encrypted' | 'unopenable';

export interface DetectedType {
  /** MIME type, from the bytes alone. */
  readonly mime: string;
  readonly container: ContainerKind | null;
  /** False: the bytes may look so by chance, so failing to open them means nothing. */
  readonly isCertain: boolean;
}

const found = (mime: string, container: ContainerKind | null = null, isCertain = true): DetectedType => ({
  mime,
  container,
  isCertain,
});

/** [offset, bytes as Latin-1, what it is]. First match wins. */
const magics: readonly (readonly [number, string, DetectedType])[] = [
  [0, 'PK\x03\x04', found('application/zip', 'archive')],
  [0, 'PK\x05\x06', found('application/zip', 'archive')],
  [0, 'PK\x07\x08PK', found('application/zip', 'archive')],
  [0, 'PK00PK\x03\x04', found('application/zip', 'archive')],
  [0, '7z\xbc\xaf\x27\x1c', found('application/x-7z-compressed', 'archive')],
  [0, 'Rar!\x1a\x07', found('application/vnd.rar', 'archive')],
  [0, 'MSCF\0\0\0\0', found('application/vnd.ms-cab-compressed', 'archive')],
  [0, '070701', found('application/x-cpio', 'archive')],
  [0, '070702', found('application/x-cpio', 'archive')],
  [0, '070707', found('application/x-cpio', 'archive')],
  [0, '\xc7\x71', found('application/x-cpio', 'archive', false)],
  [0, '\x71\xc7', found('application/x-cpio', 'archive', false)],
  [0, '!<arch>\n', found('application/x-archive', 'archive')],
  [0, 'WARC/', found('application/warc', 'archive', false)],
  [0, '\xed\xab\xee\xdb', found('application/x-rpm', 'archive')],
  [32_769, 'CD001', found('application/x-iso9660-image', 'archive')],
  [2, '-lh', found('application/x-lzh-compressed', 'archive', false)],
  [0, '\x1f\x8b\x08', found('application/gzip', 'gzip')],
  [0, 'BZh', found('application/x-bzip2', 'bzip2')],
  [0, '\xfd7zXZ\0', found('application/x-xz', 'xz')],
  [0, '\x28\xb5\x2f\xfd', found('application/zstd', 'unopenable')],
  [0, '\x04\x22\x4d\x18', found('application/x-lz4', 'unopenable')],
  [0, '\x89LZO\0\r\n', found('application/x-lzop', 'unopenable')],
  [0, 'LZIP\x01', found('application/x-lzip', 'unopenable')],
  [0, '\x1f\x9d\x90', found('application/x-compress', 'unopenable')],
  [0, 'xar!\0', found('application/x-xar', 'unopenable')],
  [7, '**ACE**', found('application/x-ace-compressed', 'unopenable')],
  [0, '%PDF-', found('application/pdf')],
  [0, 'MZ', found('application/vnd.microsoft.portable-executable')],
  [0, '\x7fELF', found('application/x-elf')],
  [0, '\x89PNG\r\n\x1a\n', found('image/png')],
  [0, '\xff\xd8\xff', found('image/jpeg')],
  [0, 'GIF8', found('image/gif')],
  [0, '{\\rtf', found('application/rtf')],
  [0, '#!', found('text/x-shellscript')],
  [0, 'OggS', found('application/ogg')],
  [0, 'ID3', found('audio/mpeg')],
  [4, 'ftyp', found('video/mp4')],
  [0, '\xca\xfe\xba\xbe', found('application/java-vm')],
  [0, '\x78\x9f\x3e\x22', found('application/vnd.ms-tnef')],
];

const oleMagic = Buffer.from('d0cf11e0a1b11ae1', 'hex');
/** Name of the stream that holds a password-protected Office document inside an OLE file. */
const encryptedPackage = Buffer.from('EncryptedPackage', 'utf16le');

export function detectType(bytes: Buffer): DetectedType {
  if (bytes.length === 0) return found('application/x-empty');
  const magic = magics.find(([offset, text]) => hasAt(bytes, offset, text) && isConfirmed(bytes, text));
  if (magic !== undefined) return refine(bytes, magic[2]);
  if (bytes.subarray(0, 8).equals(oleMagic)) {
    const isEncrypted = bytes.includes(encryptedPackage);
    return found('application/x-ole-storage', isEncrypted ? 'encrypted' : null);
  }
  if (isTar(bytes)) return found('application/x-tar', 'archive');
  if (isArj(bytes)) return found('application/x-arj', 'unopenable');
  if (isMailbox(bytes)) return found('application/mbox', 'mailbox', false);
  if (looksLikeMail(bytes)) return found('message/rfc822', 'mail');
  if (endsLikeZip(bytes)) return found('application/octet-stream', 'archive', false);
  return found(textType(bytes));
}

function hasAt(bytes: Buffer, offset: number, text: string): boolean {
  return bytes.toString('latin1', offset, offset + text.length) === text;
}

/** Magics that are short enough to stand there by chance, with what else has to follow. */
function isConfirmed(bytes: Buffer, magic: string): boolean {
  switch (magic) {
    // A block or the end of the stream follows the three letters.
    case 'BZh':
      return /^BZh[1-9](1AY&SY|\x17rE8P\x90)/.test(bytes.toString('latin1', 0, 10));
    case '\xc7\x71':
      return isBinaryCpio(bytes, (offset) => bytes.readUInt16LE(offset));
    case '\x71\xc7':
      return isBinaryCpio(bytes, (offset) => bytes.readUInt16BE(offset));
    default:
      return true;
  }
}

const cpioHeaderBytes = 26;
/** Types of files: socket, link, file, block device, directory, character device, fifo (stat(2)), and none. */
const fileTypes = new Set([0o14, 0o12, 0o10, 0o6, 0o4, 0o2, 0o1, 0]);

/**
 * The old binary header (cpio(5)): a known type in `mode`, and a name of the length it says, which ends with the only NUL.
 * Of random bytes behind the magic nearly every one could be read as a header otherwise, and the object as a broken
 * archive.
 */
function isBinaryCpio(bytes: Buffer, word: (offset: number) => number): boolean {
  if (bytes.length < cpioHeaderBytes) return false;
  const nameEnd = cpioHeaderBytes + word(20) - 1;
  return fileTypes.has(word(6) >> 12) && bytes.indexOf(0, cpioHeaderBytes) === nameEnd;
}

function refine(bytes: Buffer, type: DetectedType): DetectedType {
  if (type.mime === 'application/zip') return { ...type, mime: zipType(bytes) };
  // A program with a zip behind it: a self-extracting archive.
  if (type.container === null && endsLikeZip(bytes)) return found(type.mime, 'archive', false);
  return type;
}

const zipTypes: readonly (readonly [string, string])[] = [
  ['word/', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  ['xl/', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  ['ppt/', 'application/vnd.openxmlformats-officedocument.presentationml.presentation'],
  ['META-INF/MANIFEST.MF', 'application/java-archive'],
];

/** By the names of the central directory, which stands at the end. */
function zipType(bytes: Buffer): string {
  const head = bytes.toString('latin1', 0, 512);
  const declared = /mimetype(application\/[a-z0-9.+-]{1,80})/.exec(head);
  if (declared?.[1] !== undefined) return declared[1];
  const directory = bytes.toString('latin1', Math.max(0, bytes.length - 65_536));
  const isOffice = directory.includes('[Content_Types].xml');
  return (
    zipTypes.find(([name]) => (isOffice || name.startsWith('META')) && directory.includes(name))?.[1] ??
    'application/zip'
  );
}

const endOfDirectory = Buffer.from('PK\x05\x06', 'latin1');

/** A zip may stand behind anything: readers look for its directory at the end, within the longest comment. */
function endsLikeZip(bytes: Buffer): boolean {
  return bytes.subarray(Math.max(0, bytes.length - 65_557)).includes(endOfDirectory);
}

/** By the checksum of the header, so that old tars without a magic are found and nothing else is. */
function isTar(bytes: Buffer): boolean {
  if (bytes.length < 512) return false;
  const declared = /^ *([0-7]{1,7})[ \0]/.exec(bytes.toString('latin1', 148, 156))?.[1];
  if (declared === undefined) return false;
  let sum = 8 * 0x20;
  for (let at = 0; at < 512; at += 1) if (at < 148 || at >= 156) sum += bytes[at] ?? 0;
  return sum === Number.parseInt(declared, 8);
}

function isArj(bytes: Buffer): boolean {
  if (bytes.length < 11 || bytes.readUInt16LE(0) !== 0xea60) return false;
  const headerBytes = bytes.readUInt16LE(2);
  return headerBytes >= 30 && headerBytes <= 2600 && (bytes[10] ?? 255) <= 4;
}

const sampleBytes = 4096;

function textType(bytes: Buffer): string {
  const sample = bytes.subarray(0, sampleBytes);
  if (/[\0-\x08\x0e-\x1a\x1c-\x1f]/.test(sample.toString('latin1'))) return 'application/octet-stream';
  const text = sample.toString('utf8');
  if (/^\s*(<!doctype html|<html|<head|<body|<script)/i.test(text)) return 'text/html';
  if (/^\s*<\?xml/.test(text)) return 'application/xml';
  return 'text/plain';
}
