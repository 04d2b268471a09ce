import { deflateRawSync, deflateSync } from 'node:zlib';
import { be16, be32, bytes, noise, zeros } from '../layouts/byte-layout.js';
import { base32 } from '../layouts/text-layout.js';
import { zipWithNoise } from '../layouts/zip-layout.js';
import { carrier, text } from '../making/kind-options.js';
import { kindsOf } from '../making/kind.js';

/** Of all values of a byte, so that none of them is left out by a finder that knows few. */
export const fullZip = zipWithNoise(101);
const joined = (content: Buffer, spell: (byte: number) => string, joint = ', '): string =>
  [...content].map(spell).join(joint);
const hex = (byte: number): string => byte.toString(16).toUpperCase().padStart(2, '0');
const wordsOf = (content: Buffer, size: number): bigint[] => {
  const whole = bytes(content, zeros((size - (content.length % size)) % size));
  return Array.from({ length: whole.length / size }, (_, at) =>
    BigInt(
      `0x${Buffer.from(whole.subarray(at * size, at * size + size))
        .reverse()
        .toString('hex')}`,
    ),
  );
};

/** Numbers as languages write them that are not those of the Web. */
export const intruderNumberKinds = kindsOf('active', 'further', (add) => {
  const script = (name: string, make: (needle: Buffer) => string): void =>
    add(name, (needle) => bytes(make(needle)), text);
  script('script-js-words-of-32-bits', (needle) => {
    const words = wordsOf(fullZip(needle), 4).join(',');
    return `var b = new Blob([new Uint32Array([${words}])]);\n`;
  });
  script('script-js-words-of-16-bits', (needle) => {
    const words = wordsOf(fullZip(needle), 2).map((word) => `0x${word.toString(16)}`);
    return `const data = new Uint16Array([\n  ${words.join(',\n  ')},\n]);\n`;
  });
  script('script-js-words-of-64-bits', (needle) => {
    const words = wordsOf(fullZip(needle), 8).map((word) => `${word}n`);
    return `const data = new BigUint64Array([${words.join(', ')}]);\n`;
  });
  script(
    'script-java-signed-bytes',
    (needle) =>
      `class A { static final byte[] DATA = { ${joined(fullZip(needle), (byte) => String(byte > 127 ? byte - 256 : byte))} }; }\n`,
  );
  script(
    'script-java-casts',
    (needle) =>
      `byte[] data = new byte[] { ${joined(fullZip(needle), (byte) => `(byte) 0x${hex(byte)}`)} };\n`,
  );
  script('script-delphi-bytes', (needle) => {
    const zip = fullZip(needle);
    return `const Data: array[0..${zip.length - 1}] of Byte = (\n  ${joined(zip, (byte) => `$${hex(byte)}`)});\n`;
  });
  script('script-assembler-bytes', (needle) => {
    const spell = (byte: number): string => `${byte > 0x9f ? '0' : ''}${hex(byte)}h`;
    return `data db ${joined(fullZip(needle), spell, ',')}\n`;
  });
  script(
    'script-basic-suffixed-bytes',
    (needle) => `Data = Array(${joined(fullZip(needle), (byte) => `&H${byte.toString(16)}&`)})\n`,
  );
  script(
    'script-c-octal-bytes',
    (needle) =>
      `unsigned char data[] = {${joined(fullZip(needle), (byte) => `0${byte.toString(8).padStart(3, '0')}`)}};\n`,
  );
  script(
    'script-binary-literals',
    (needle) =>
      `data = bytes([${joined(fullZip(needle), (byte) => `0b${byte.toString(2).padStart(8, '0')}`)}])\n`,
  );
  script(
    'script-php-dots',
    (needle) => `<?php file_put_contents('a.com', ${joined(needle, (byte) => `chr(${byte})`, '.')});\n`,
  );
  script(
    'script-oracle-bars',
    (needle) => `SELECT ${joined(needle, (byte) => `CHR(${byte})`, '||')} FROM dual;\n`,
  );
  script('script-sql-concat', (needle) => `SELECT CONCAT(${joined(needle, (byte) => `CHAR(${byte})`)});\n`);
  script('script-pascal-codes', (needle) => `const S = ${joined(needle, (byte) => `#${byte}`, '')};\n`);
  script(
    'script-lua-decimal-escapes',
    (needle) => `f:write("${joined(needle, (byte) => `\\${String(byte).padStart(3, '0')}`, '')}")\n`,
  );
  script(
    'script-perl-braced-escapes',
    (needle) => `print F "${joined(needle, (byte) => `\\x{${hex(byte)}}`, '')}";\n`,
  );
});

const record = (content: Buffer, address: number, type: number): string => {
  const row = bytes([content.length], be16(address), [type], content);
  const sum = (256 - (row.reduce((total, byte) => total + byte, 0) & 255)) & 255;
  return `:${bytes(row, [sum]).toString('hex').toUpperCase()}\r\n`;
};
const rowsOf = (content: Buffer, size: number): Buffer[] =>
  Array.from({ length: Math.ceil(content.length / size) }, (_, at) =>
    content.subarray(at * size, at * size + size),
  );
/** Intel's hexadecimal file, which 7-Zip opens. */
const intelHex = (content: Buffer): string =>
  `${rowsOf(content, 16)
    .map((row, at) => record(row, at * 16, 0))
    .join('')}:00000001FF\r\n`;
/** Motorola's. */
function motorolaHex(content: Buffer): string {
  const rows = rowsOf(content, 16).map((row, at) => {
    const body = bytes([row.length + 3], be16(at * 16), row);
    const sum = ~body.reduce((total, byte) => total + byte, 0) & 255;
    return `S1${bytes(body, [sum]).toString('hex').toUpperCase()}\r\n`;
  });
  return `S00600004844521B\r\n${rows.join('')}S9030000FC\r\n`;
}

const alphabetZ85 = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#';
function base85z(content: Buffer): string {
  const whole = bytes(content, zeros((4 - (content.length % 4)) % 4));
  return rowsOf(whole, 4)
    .map((four) => {
      let value = four.readUInt32BE(0);
      let digits = '';
      for (let index = 0; index < 5; index += 1) {
        digits = `${alphabetZ85[value % 85] ?? ''}${digits}`;
        value = Math.floor(value / 85);
      }
      return digits;
    })
    .join('');
}
const base32hex = (content: Buffer): string =>
  base32(content).replace(/[A-Z2-7]/g, (digit) =>
    '0123456789ABCDEFGHIJKLMNOPQRSTUV'.charAt('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(digit)),
  );
const inLines = (encoded: string, width: number): string =>
  `${(encoded.match(new RegExp(`.{1,${width}}`, 'g')) ?? []).join('\n')}\n`;
const wideBigEndian = (content: string): Buffer => Buffer.from(content, 'utf16le').swap16();

export const intruderEncodingKinds = kindsOf('active', 'further', (add) => {
  add('intel-hex', (needle) => bytes(intelHex(needle)), text);
  add('intel-hex-zip', (needle) => bytes(intelHex(fullZip(needle))), text);
  add('motorola-hex', (needle) => bytes(motorolaHex(needle)), text);
  add('motorola-hex-zip', (needle) => bytes(motorolaHex(fullZip(needle))), text);
  add('python-z85', (needle) => bytes(`base64.z85decode("${base85z(fullZip(needle))}")\n`), text);
  add('python-b32hex', (needle) => bytes(`base64.b32hexdecode("${base32hex(fullZip(needle))}")\n`), text);
  for (const width of [12, 8, 4])
    add(
      `base64-lines-of-${width}`,
      (needle) => bytes(`base64 -d > a.zip << E\n${inLines(fullZip(needle).toString('base64'), width)}E\n`),
      text,
    );
  add(
    'json-zlib-base64-short',
    (needle) =>
      bytes(JSON.stringify({ encoding: 'zlib', data: deflateSync(bytes(needle)).toString('base64') })),
    text,
  );
  add(
    'notebook-of-mathematica',
    (needle) =>
      bytes(
        `Notebook[{Cell[CompressedData["\n1:${inLines(deflateSync(bytes(needle)).toString('base64'), 76)}"]]}]\n`,
      ),
    text,
  );
  add(
    'drawio-diagram',
    (needle) => {
      const link = `data:application/octet-stream;base64,${needle.toString('base64')}`;
      const graph = `<mxGraphModel><root><UserObject label="a" link="${link}" id="2"><mxCell vertex="1"/></UserObject></root></mxGraphModel>`;
      const packed = deflateRawSync(encodeURIComponent(graph)).toString('base64');
      return bytes(
        `<mxfile host="app.diagrams.net"><diagram id="a" name="Page-1">${packed}</diagram></mxfile>`,
      );
    },
    text,
  );
  add(
    'compiled-applescript',
    (needle) =>
      bytes(
        'FasdUAS 1.101.10\x0e\0\0\0\x04\x0f\xff\xff',
        noise(102, 40),
        wideBigEndian(fullZip(needle).toString('base64')),
        zeros(40),
      ),
    carrier,
  );
  const segment = (marker: number, content: Buffer): Buffer =>
    bytes([0xff, marker], be16(content.length + 2), content);
  const jpeg = (segments: readonly Buffer[]): Buffer =>
    bytes(
      [0xff, 0xd8],
      ...segments,
      [0xff, 0xda],
      be16(8),
      [1, 1, 0, 0, 63, 0],
      noise(103, 60).map((byte) => byte & 0x7f),
      [0xff, 0xd9],
    );
  const xmp = (needle: Buffer): string =>
    `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description GAudio:Data="${fullZip(needle).toString('base64')}"/></x:xmpmeta>`;
  add(
    'jpeg-xmp-base64',
    (needle) => jpeg([segment(0xe1, bytes('http://ns.adobe.com/xap/1.0/\0', xmp(needle)))]),
    carrier,
  );
  add(
    'jpeg-extended-xmp-base64',
    (needle) => {
      const packet = bytes(xmp(needle));
      const head = (at: number): Buffer =>
        bytes(
          'http://ns.adobe.com/xmp/extension/\0',
          '0123456789ABCDEF0123456789ABCDEF',
          be32(packet.length, at),
        );
      return jpeg([
        segment(
          0xe1,
          bytes(
            'http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmpNote:HasExtendedXMP="0123456789ABCDEF0123456789ABCDEF"/>',
          ),
        ),
        segment(0xe1, bytes(head(0), packet.subarray(0, 500))),
        segment(0xe1, bytes(head(500), packet.subarray(500))),
      ]);
    },
    carrier,
  );
  add(
    'gif-xmp-base64',
    (needle) =>
      bytes(
        'GIF89a',
        [1, 0, 1, 0, 0, 0, 0],
        [0x21, 0xff, 11],
        'XMP DataXMP',
        xmp(needle),
        [1],
        Array.from({ length: 256 }, (_, at) => 255 - at),
        [0, 0x3b],
      ),
    carrier,
  );
  add(
    'ics-folded-everywhere',
    (needle) => {
      const property = `ATTACH;ENCODING=BASE64;VALUE=BINARY:${needle.toString('base64')}`;
      return bytes(
        `BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n${property.replace(/.{3}/g, '$&\r\n ')}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`,
      );
    },
    text,
  );
});
