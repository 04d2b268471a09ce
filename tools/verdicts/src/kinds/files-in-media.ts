import { crc32, deflateSync } from 'node:zlib';
import { be16, be32, bytes, le16, le32, noise, zeros } from '../layouts/byte-layout.js';
import { zipWithNoise } from '../layouts/zip-layout.js';
import { carrier, interruptedZip } from '../making/kind-options.js';
import { kindsOf } from '../making/kind.js';

const longZip = zipWithNoise(43);
/** Shorter than the others: a comment and a tag hold little. */
const shortZip = zipWithNoise(7, 400);
const picture = { endsAnywhere: 'what remains may be no more than the picture' };

export const zipInMediaKinds = kindsOf('active', 'further', (add) => {
  const jpegWith = (content: Buffer): Buffer =>
    bytes(
      [0xff, 0xd8, 0xff, 0xe0, 0, 16],
      'JFIF\0\x01\x01\0\0\x01\0\x01\0\0',
      [0xff, 0xfe],
      be16(content.length + 2),
      content,
      noise(3, 3000).map((byte) => byte & 0x7f),
      [0xff, 0xd9],
    );
  add('jpeg-zip-in-comment', (needle) => jpegWith(shortZip(needle)), picture);
  add(
    'mp4-zip-in-box',
    (needle) => {
      const zip = shortZip(needle);
      return bytes(
        be32(24),
        'ftypmp42',
        zeros(4),
        'mp42isom',
        be32(zip.length + 8),
        'free',
        zip,
        be32(20),
        'free',
        zeros(12),
      );
    },
    picture,
  );
  add(
    'mp3-zip-in-id3',
    (needle) => {
      const zip = shortZip(needle);
      return mp3(bytes('GEOB', be32(zip.length + 4), [0, 0, 0, 0, 0, 0], zip), 4000);
    },
    picture,
  );
  add('exe-zip-as-resource', (needle) => bytes('MZ', zeros(2000), shortZip(needle), noise(5, 70_000)), {
    endsAnywhere: 'what remains may be no more than the program',
  });
});

/** One frame of a tag (ID3v2.3), and silence. */
function mp3(frame: Buffer, silence: number): Buffer {
  const size = [21, 14, 7, 0].map((shift) => (frame.length >> shift) & 0x7f);
  return bytes('ID3\x03\0\0', size, frame, [0xff, 0xfb, 0x90, 0x64], zeros(silence));
}

export const mp3Kinds = kindsOf('office', 'further', (add) => {
  add(
    'mp3-encapsulated-object',
    (needle) => {
      const frame = bytes([0], 'application/octet-stream\0eicar.com\0file\0', needle);
      return mp3(bytes('GEOB', be32(frame.length), [0, 0], frame), 413);
    },
    carrier,
  );
});

export const fileInMediaKinds = kindsOf('stream', 'further', (add) => {
  add('matroska-attachment', (needle) => matroska(needle), carrier);
  add(
    'png-compressed-text',
    (needle) => png('zTXt', bytes('Comment\0\0', deflateSync(longZip(needle)))),
    carrier,
  );
  add(
    'png-text-base64',
    (needle) => png('tEXt', bytes('Comment\0', longZip(needle).toString('base64'))),
    carrier,
  );
  add(
    'png-international-text',
    (needle) => png('iTXt', bytes('XML\0\x01\0\0\0', deflateSync(longZip(needle)))),
    carrier,
  );
  add('png-profile', (needle) => png('iCCP', bytes('x\0\0', deflateSync(longZip(needle)))), carrier);
  add('png-unknown-chunk', (needle) => png('eiCa', needle), carrier);
  add('png-needle-behind', (needle) => bytes(png('tEXt', 'a\0b'), needle), carrier);
  add('gif-zip-in-comment', (needle) => gif(longZip(needle)), interruptedZip);
  add('jpeg-zip-over-segments', (needle) => jpeg(longZip(needle), 400), interruptedZip);
  add(
    'jpeg-base64-in-comment',
    (needle) => jpeg(Buffer.from(longZip(needle).toString('base64')), 60_000),
    carrier,
  );
  add('jpeg-needle-behind', (needle) => bytes(jpeg(Buffer.from('x'), 99), needle), carrier);
  add('gif-needle-behind', (needle) => bytes(gif(Buffer.from('x')), needle), carrier);
  add(
    'webp-chunk',
    (needle) => {
      const chunks = bytes('WEBP', 'VP8 ', le32(10), noise(3, 10), 'EXIF', le32(needle.length), needle);
      return bytes('RIFF', le32(chunks.length), chunks);
    },
    carrier,
  );
});

const png = (type: string, data: Buffer | string): Buffer => {
  const chunk = (name: string, piece: Buffer | string): Buffer => {
    const body = bytes(name, piece);
    return bytes(be32(body.length - 4), body, be32(crc32(body)));
  };
  return bytes(
    '\x89PNG\r\n\x1a\n',
    chunk('IHDR', bytes(be32(1, 1), [8, 0, 0, 0, 0])),
    chunk(type, data),
    chunk('IDAT', deflateSync(zeros(2))),
    chunk('IEND', ''),
  );
};
const gif = (comment: Buffer): Buffer => {
  const blocks = Array.from({ length: Math.ceil(comment.length / 255) }, (_, at) => {
    const piece = comment.subarray(at * 255, at * 255 + 255);
    return bytes([piece.length], piece);
  });
  return bytes('GIF89a', le16(1, 1), [0x80, 0, 0, 0, 0, 0, 255, 255, 255, 0x21, 0xfe], ...blocks, [
    0, 0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3b,
  ]);
};
const jpeg = (content: Buffer, size: number): Buffer => {
  const segments = Array.from({ length: Math.ceil(content.length / size) }, (_, at) => {
    const piece = content.subarray(at * size, at * size + size);
    return bytes([0xff, 0xfe], be16(piece.length + 2), piece);
  });
  return bytes([0xff, 0xd8, 0xff, 0xe0, 0, 16], 'JFIF\0\x01\x01\0\0\x01\0\x01\0\0', ...segments, [
    0xff, 0xda, 0, 8, 1, 1, 0, 0, 0x3f, 0, 0x12, 0x34, 0xff, 0xd9,
  ]);
};

/** EBML: an id, a size, a content. */
const element = (id: readonly number[], content: Buffer | string): Buffer =>
  bytes(
    id,
    [
      0x10 | (content.length >> 24),
      (content.length >> 16) & 255,
      (content.length >> 8) & 255,
      content.length & 255,
    ],
    content,
  );
const matroska = (file: Buffer): Buffer =>
  bytes(
    element([0x1a, 0x45, 0xdf, 0xa3], element([0x42, 0x82], 'matroska')),
    element(
      [0x18, 0x53, 0x80, 0x67],
      bytes(
        element([0x15, 0x49, 0xa9, 0x66], noise(20, 60)),
        element(
          [0x19, 0x41, 0xa4, 0x69],
          element([0x61, 0xa7], bytes(element([0x46, 0x6e], 'eicar.com'), element([0x46, 0x5c], file))),
        ),
      ),
    ),
  );
