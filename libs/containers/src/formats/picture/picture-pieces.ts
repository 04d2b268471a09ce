import { hasAt } from '../../magic.js';
import { hasFileMark } from '../markup/file-marks.js';

export interface PicturePiece {
  readonly label: string;
  readonly bytes: Buffer;
}

/** Less is no file. */
const leastBytes = 24;
const maxChunks = 100_000;

const notPixels = (label: string, bytes: Buffer): PicturePiece[] =>
  bytes.length < leastBytes || bytes.every((byte) => byte === bytes[0]) ? [] : [{ label, bytes }];

/** What a picture holds beside itself: comments, chunks that no standard has, bytes behind its end. */
export function picturePieces(bytes: Buffer): PicturePiece[] {
  if (hasAt(bytes, 0, '\x89PNG\r\n\x1a\n')) return ofPng(bytes);
  if (hasAt(bytes, 0, 'GIF8')) return ofGif(bytes);
  if (hasAt(bytes, 0, '\xff\xd8\xff')) return ofJpeg(bytes);
  return hasAt(bytes, 0, 'RIFF') ? ofRiff(bytes) : [];
}

const pngChunks = new Set(
  'IHDR PLTE IDAT IEND cHRM gAMA iCCP sBIT sRGB bKGD hIST tRNS pHYs sPLT tIME zTXt eXIf acTL fcTL fdAT cICP mDCV cLLI'.split(
    ' ',
  ),
);
const pngTexts = new Set(['tEXt', 'iTXt']);
const shortestText = 88;

function ofPng(bytes: Buffer): PicturePiece[] {
  const found: PicturePiece[] = [];
  let at = 8;
  for (let count = 0; at + 12 <= bytes.length && count < maxChunks; count += 1) {
    const length = bytes.readUInt32BE(at);
    const name = bytes.toString('latin1', at + 4, at + 8);
    const data = bytes.subarray(at + 8, at + 8 + length);
    const isText = pngTexts.has(name);
    if (isText && length >= shortestText)
      found.push({ label: `${name} chunk`, bytes: data.subarray(data.indexOf(0) + 1) });
    else if (!isText && !pngChunks.has(name)) found.push(...notPixels(`${name} chunk`, data));
    at += 12 + length;
    if (name === 'IEND') return [...found, ...notPixels('bytes behind the picture', bytes.subarray(at))];
  }
  return found;
}

const [extension, image, trailer, application, comment] = [0x21, 0x2c, 0x3b, 0xff, 0xfe];
const tableBytes = (flags: number): number => ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1));

function ofGif(bytes: Buffer): PicturePiece[] {
  const found: PicturePiece[] = [];
  let at = 13 + tableBytes(bytes[10] ?? 0);
  for (let count = 0; at < bytes.length && count < maxChunks; count += 1) {
    const [mark, kind] = [bytes[at], bytes[at + 1]];
    if (mark === trailer) return [...found, ...notPixels('bytes behind the picture', bytes.subarray(at + 1))];
    if (mark === extension) {
      const { data, next } = blocksAt(bytes, at + 2, kind === comment || kind === application);
      // It stands there as it is, without lengths between.
      if (kind === application && hasAt(data, 0, 'XMP Data'))
        found.push(...withFile([bytes.subarray(at + 14, next)]));
      if (kind === comment) found.push(...notPixels('comment', data));
      else if (
        kind === application &&
        !/^(?:NETSCAPE|ANIMEXTS|XMP Data|ICCRGBG1)/.test(data.toString('latin1', 0, 8))
      )
        found.push(...notPixels('extension', data.subarray(11)));
      at = next;
    } else if (mark === image) at = blocksAt(bytes, at + 11 + tableBytes(bytes[at + 9] ?? 0), false).next;
    else return found;
  }
  return found;
}

/** Pieces of up to 255 bytes, up to an empty one. */
function blocksAt(bytes: Buffer, start: number, isKept: boolean): { data: Buffer; next: number } {
  const pieces: Buffer[] = [];
  let at = start;
  for (;;) {
    const length = bytes[at] ?? 0;
    if (length === 0) return { data: Buffer.concat(pieces), next: at + 1 };
    if (isKept) pieces.push(bytes.subarray(at + 1, at + 1 + length));
    at += 1 + length;
  }
}

const jpegComment = 0xfe;
const [startOfScan, endOfImage] = [0xda, Buffer.from([0xff, 0xd9])];
/** Of an application that no one knows: 0 to 2, 13 and 14 are cameras' and Adobe's. */
const isOddApplication = (marker: number): boolean =>
  marker >= 0xe3 && marker <= 0xef && marker !== 0xed && marker !== 0xee;

const describing = 0xe1;
/** What Adobe's description of a picture begins with, and what goes on with one that is longer than a segment: a mark, its length and place. */
const descriptions: readonly (readonly [head: string, more: number])[] = [
  ['http://ns.adobe.com/xap/1.0/\0', 0],
  ['http://ns.adobe.com/xmp/extension/\0', 40],
];

/** Of a description that holds a file, which sound and depth of a picture are. */
function withFile(pieces: readonly Buffer[]): PicturePiece[] {
  const whole = Buffer.concat(pieces);
  return hasFileMark(whole) ? [{ label: 'description', bytes: whole }] : [];
}

function descriptionOf(segment: Buffer): Buffer[] {
  const found = descriptions.find(([head]) => hasAt(segment, 0, head));
  return found === undefined ? [] : [segment.subarray(found[0].length + found[1])];
}

function ofJpeg(bytes: Buffer): PicturePiece[] {
  const segments = new Map<number, Buffer[]>();
  const described: Buffer[] = [];
  let at = 2;
  for (let count = 0; at + 4 <= bytes.length && bytes[at] === 0xff && count < maxChunks; count += 1) {
    const marker = bytes[at + 1] ?? 0;
    if (marker === startOfScan) break;
    const length = bytes.readUInt16BE(at + 2);
    if (marker === jpegComment || isOddApplication(marker))
      segments.set(marker, [...(segments.get(marker) ?? []), bytes.subarray(at + 4, at + 2 + length)]);
    if (marker === describing) described.push(...descriptionOf(bytes.subarray(at + 4, at + 2 + length)));
    at += 2 + length;
  }
  const found = [...segments].flatMap(([marker, pieces]) =>
    notPixels(marker === jpegComment ? 'comment' : `segment ${marker - 0xe0}`, Buffer.concat(pieces)),
  );
  found.push(...withFile(described));
  const end = bytes.indexOf(endOfImage, at);
  return end < 0 ? found : [...found, ...notPixels('bytes behind the picture', bytes.subarray(end + 2))];
}

const webpChunks = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP']);

/** The same of pictures alone: sound and video have many kinds of chunks. */
function ofRiff(bytes: Buffer): PicturePiece[] {
  if (!hasAt(bytes, 8, 'WEBP')) return [];
  const found: PicturePiece[] = [];
  let at = 12;
  for (let count = 0; at + 8 <= bytes.length && count < maxChunks; count += 1) {
    const name = bytes.toString('latin1', at, at + 4);
    const length = bytes.readUInt32LE(at + 4);
    if (!webpChunks.has(name))
      found.push(...notPixels(`${name} chunk`, bytes.subarray(at + 8, at + 8 + length)));
    at += 8 + length + (length % 2);
  }
  return found;
}
