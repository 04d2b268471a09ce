import { hasAt } from '../../magic.js';
import { deflatedBlocks } from './avro-blocks.js';
import { dicomDocuments } from './dicom-documents.js';
import { bundledFiles, dotnetResources } from './dotnet-files.js';
import { infoPathFile } from './info-path-file.js';
import { type PackagedFile, mostPackaged } from './packaged-file.js';
import { postgresData } from './postgres-data.js';
import { isDiskCutOff, sparseDisk } from './sparse-disk.js';
import { encapsulatedObjects } from './tag-objects.js';
import { isFontCutOff, packedFont } from './web-font.js';
import { filmData } from '../swf/film-data.js';

type FindPackaged = (bytes: Buffer) => PackagedFile[];

/** By what they begin with, and where. */
const carriers: readonly (readonly [offset: number, text: string, find: FindPackaged])[] = [
  [0, 'ID3', encapsulatedObjects],
  [0, 'wOF2', packedFont],
  [0, 'FWS', (bytes) => filmData(bytes).map((content, at) => file(`embedded file ${at + 1}`, content))],
  [128, 'DICM', dicomDocuments],
  [0, 'Obj\x01', deflatedBlocks],
  [0, 'PGDMP', postgresData],
  [0, 'sprs', sparseDisk],
  [0, '\xc7IFA', infoPathFile],
];

export interface Packaged {
  readonly files: readonly PackagedFile[];
  /** What stands behind a program for Windows. */
  readonly behind: readonly PackagedFile[];
}

/** Files that programs, films and documents carry, where these say themselves where they are. */
export function findPackaged(bytes: Buffer): Packaged {
  const behind = hasAt(bytes, 0, 'MZ') ? behindProgram(bytes) : [];
  return { files: filesOf(bytes, behind), behind };
}

/** DICOM leaves its first 128 bytes to anyone: what begins there may be a program, too. */
const filesOf = (bytes: Buffer, behind: readonly PackagedFile[]): readonly PackagedFile[] => [
  ...carriers.filter(([offset, text]) => hasAt(bytes, offset, text)).flatMap(([, , find]) => find(bytes)),
  ...filesOfOthers(bytes, behind),
];

function filesOfOthers(bytes: Buffer, behind: readonly PackagedFile[]): readonly PackagedFile[] {
  if (hasAt(bytes, 0, '\x1a\x45\xdf\xa3')) return matroskaAttachments(bytes);
  if (hasAt(bytes, 0, 'MAR1')) return mozillaArchive(bytes);
  if (hasAt(bytes, 0, 'MZ'))
    return [...frozenPython(bytes), ...behind, ...dotnetResources(bytes), ...bundledFiles(bytes)];
  return hasAt(bytes, 0, '\x7fELF') ? [...frozenPython(bytes), ...bundledFiles(bytes)] : [];
}

const file = (name: string, bytes: Buffer, packing?: 'zlib'): PackagedFile => ({ name, bytes, packing });

/** PyInstaller's mark near the end; in front of it the table of what stands before that. */
const cookie = Buffer.from('MEI\x0c\x0b\x0a\x0b\x0e', 'latin1');
const cookieBytes = 88;
const searchedTail = 65_536;
const entryHeadBytes = 18;

function frozenPython(bytes: Buffer): PackagedFile[] {
  const at = bytes.lastIndexOf(cookie);
  if (at < 0 || at < bytes.length - searchedTail || at + 24 > bytes.length) return [];
  const [size, tableAt, tableBytes] = [8, 12, 16].map((place) => bytes.readUInt32BE(at + place)) as [
    number,
    number,
    number,
  ];
  const start = at + cookieBytes - size;
  if (start < 0) return [];
  const found: PackagedFile[] = [];
  const end = Math.min(at, start + tableAt + tableBytes);
  for (let entry = start + tableAt; entry + entryHeadBytes < end && found.length < mostPackaged;) {
    const length = bytes.readUInt32BE(entry);
    const [offset, packed] = [bytes.readUInt32BE(entry + 4), bytes.readUInt32BE(entry + 8)];
    if (length < entryHeadBytes) break;
    const name = bytes
      .toString('utf8', entry + entryHeadBytes, Math.min(end, entry + length))
      .replace(/\0.*/s, '');
    const content = bytes.subarray(start + offset, start + offset + packed);
    if (content.length > 0) found.push(file(name, content, bytes[entry + 16] === 1 ? 'zlib' : undefined));
    entry += length;
  }
  return found;
}

const sectionBytes = 40;
const certificateDirectory = 4;
/** Padding and checksums. */
const leastBehind = 24;

/** What stands behind the last section of a program for Windows, but for its signature. */
function behindProgram(bytes: Buffer): PackagedFile[] {
  const head = bytes.length < 64 ? bytes.length : bytes.readUInt32LE(60);
  if (head + 24 > bytes.length || !hasAt(bytes, head, 'PE\0\0')) return [];
  const [count, optionalBytes] = [bytes.readUInt16LE(head + 6), bytes.readUInt16LE(head + 20)];
  const sections = head + 24 + optionalBytes;
  if (count === 0 || sections + count * sectionBytes > bytes.length) return [];
  let end = 0;
  for (let at = sections; at < sections + count * sectionBytes; at += sectionBytes)
    end = Math.max(
      end,
      bytes.readUInt32LE(at + 16) === 0 ? 0 : bytes.readUInt32LE(at + 20) + bytes.readUInt32LE(at + 16),
    );
  const directories =
    head + 24 + (bytes.readUInt16LE(head + 24) === 0x20b ? 112 : 96) + certificateDirectory * 8;
  const isSigned = directories + 8 <= sections && bytes.readUInt32LE(directories + 4) > 0;
  const signature = isSigned ? bytes.readUInt32LE(directories) : bytes.length;
  const behind = bytes.subarray(end, Math.max(end, Math.min(signature, bytes.length)));
  const isEmpty = end === 0 || behind.length < leastBehind || behind.every((byte) => byte === behind[0]);
  return isEmpty ? [] : [file('bytes behind the program', behind)];
}

/** Mozilla's updates: where the index is, then what, how long and by what name. */
function mozillaArchive(bytes: Buffer): PackagedFile[] {
  const start = bytes.length < 8 ? bytes.length : bytes.readUInt32BE(4);
  if (start + 4 > bytes.length) return [];
  const end = Math.min(bytes.length, start + 4 + bytes.readUInt32BE(start));
  const found: PackagedFile[] = [];
  for (let at = start + 4; at + 12 < end && found.length < mostPackaged;) {
    const [offset, length] = [bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4)];
    const nul = bytes.indexOf(0, at + 12);
    if (nul < 0 || nul >= end) break;
    found.push(file(bytes.toString('utf8', at + 12, nul), bytes.subarray(offset, offset + length)));
    at = nul + 1;
  }
  return found;
}

/** More than any update has; of a text that begins like one the place would be further. */
const mostBeforeIndex = 0x0900_0000;

/** One whose index is not there, or not whole, or that says it is longer. */
export function isIndexCutOff(bytes: Buffer): boolean {
  if (hasAt(bytes, 0, 'wOF2')) return isFontCutOff(bytes);
  if (hasAt(bytes, 0, 'sprs\0\0\0')) return isDiskCutOff(bytes);
  if (!hasAt(bytes, 0, 'MAR1') || bytes.length < 8) return false;
  const start = bytes.readUInt32BE(4);
  if (start < 8 || start >= mostBeforeIndex) return false;
  return start + 4 > bytes.length || start + 4 + bytes.readUInt32BE(start) > bytes.length;
}

/** EBML (RFC 8794): a segment, its attachments, each with a name and its data. */
const ids = { segment: 0x18538067, attachments: 0x1941a469, attached: 0x61a7, name: 0x466e, data: 0x465c };
const within: ReadonlySet<number> = new Set([ids.segment, ids.attachments, ids.attached]);
const maxElements = 1_000_000;

function matroskaAttachments(bytes: Buffer): PackagedFile[] {
  const found: PackagedFile[] = [];
  let name = 'attachment';
  let at = 0;
  for (let count = 0; at < bytes.length && count < maxElements && found.length < mostPackaged; count += 1) {
    const id = numberAt(bytes, at, false);
    const size = id === null ? null : numberAt(bytes, at + id.length, true);
    if (id === null || size === null) break;
    const start = at + id.length + size.length;
    // One of unknown length holds what follows.
    const end = size.isUnknown ? bytes.length : start + size.value;
    if (id.value === ids.name) name = bytes.toString('utf8', start, Math.min(end, start + 500));
    if (id.value === ids.data) found.push(file(name, bytes.subarray(start, end)));
    at = within.has(id.value) ? start : end;
  }
  return found;
}

function numberAt(
  bytes: Buffer,
  at: number,
  isSize: boolean,
): { value: number; length: number; isUnknown: boolean } | null {
  const first = bytes[at] ?? 0;
  const length = Math.clz32(first) - 23;
  if (first === 0 || at + length > bytes.length || (!isSize && length > 4)) return null;
  let value = isSize ? first & (0xff >> length) : first;
  let isUnknown = value === 0xff >> length;
  for (let place = 1; place < length; place += 1) {
    const byte = bytes[at + place] as number;
    isUnknown &&= byte === 0xff;
    value = value * 256 + byte;
  }
  return { value, length, isUnknown };
}

const setupData = Buffer.from('Inno Setup Setup Data (');

/** An installer whose files no one here can tell apart: its own list is packed, too. */
export const isClosedInstaller = ({ behind }: Packaged): boolean =>
  behind.some(({ bytes }) => bytes.includes(setupData));
