import { buildAnnouncingXar, buildPackedProgram } from '@sluice/containers/testing';
import { constants, crc32, createDeflateRaw, createGzip, deflateSync, gzipSync } from 'node:zlib';
import { bytes, noise, repeated } from '../layouts/byte-layout.js';
import { addressLines, attachment, multipart, textPart, versionLine } from '../layouts/mail-layout.js';
import { pdfWithFile } from '../layouts/pdf-layout.js';
import { tarHeader } from '../layouts/tar-layout.js';
import { directoryEnd, directoryEntry, localHeader, zipOf } from '../layouts/zip-layout.js';
import { bzip2, xz } from '../making/compressors.js';
import { madeBy } from '../making/run-tool.js';
import { multipartsIn } from './mail-nested.js';
import { docx } from './office.js';

const mebibyte = 1024 ** 2;
const block = Buffer.alloc(mebibyte);

export interface Bomb {
  readonly name: string;
  readonly isMail: boolean;
  /** `bounded`: more than may be examined, or the needle behind it: never `not detected`. `any`: only large. */
  readonly right: 'bounded' | 'any';
  make(needle: Buffer): Buffer | Promise<Buffer>;
}

/** So many MiB of zeros through a compressor, without holding them. */
async function zerosThrough(stream: ReturnType<typeof createGzip>, megabytes: number): Promise<Buffer> {
  const out: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => out.push(chunk));
  const ended = new Promise((resolve, reject) => stream.once('end', resolve).once('error', reject));
  for (let index = 0; index < megabytes; index += 1)
    if (!stream.write(block)) await new Promise((resolve) => stream.once('drain', resolve));
  stream.end();
  await ended;
  return Buffer.concat(out);
}

const fast = { level: constants.Z_BEST_SPEED };
const zerosGz = (megabytes: number): Promise<Buffer> => zerosThrough(createGzip(fast), megabytes);

async function zerosZip(megabytes: number, names: readonly string[] = ['zeros.bin']): Promise<Buffer> {
  const packed = await zerosThrough(createDeflateRaw(fast), megabytes);
  let checksum = 0;
  for (let index = 0; index < megabytes; index += 1) checksum = crc32(block, checksum);
  const entry = { name: names[0] ?? '', content: Buffer.alloc(0), packed, method: 8 };
  const fields = { checksum, size: megabytes * mebibyte };
  const local = localHeader(entry, fields);
  const directory = bytes(...names.map((name) => directoryEntry({ ...entry, name }, 0, fields)));
  return bytes(local, directory, directoryEnd(names.length, directory.length, local.length));
}

const bomb = (name: string, make: Bomb['make'], right: Bomb['right'] = 'bounded', isMail = false): Bomb => ({
  name,
  make,
  right,
  isMail,
});
const mailBomb = (name: string, make: Bomb['make'], right: Bomb['right'] = 'any'): Bomb =>
  bomb(name, make, right, true);

/** Small to send, large to open. */
export const bombs: readonly Bomb[] = [
  bomb('zip of 1 GiB of zeros', () => zerosZip(1024)),
  bomb('zip: needle behind 200 MiB of zeros', async (needle) =>
    zipOf([
      ['zeros.zip', await zerosZip(200)],
      ['eicar.com', needle],
    ]),
  ),
  bomb('gzip: 4 GiB in one member', () => zerosGz(4096)),
  bomb('gzip: 10 GiB in 100 members', async () => repeated(await zerosGz(100), 100)),
  bomb('gzip in gzip', async () => gzipSync(await zerosGz(1024))),
  bomb('bzip2 of 1 GiB', async () => repeated(await bzip2(Buffer.alloc(64 * mebibyte)), 16)),
  bomb('xz of 1 GiB', async () => repeated(await xz(Buffer.alloc(256 * mebibyte)), 4)),
  bomb('zip of zips, 16 each, four levels', async () => {
    let level = await zerosZip(1024);
    for (let depth = 0; depth < 4; depth += 1)
      level = zipOf(Array.from({ length: 16 }, (_, index) => [`${depth}-${index}.zip`, level] as const));
    return level;
  }),
  bomb(
    'zip: 2000 names, one file of 64 MiB',
    () =>
      zerosZip(
        64,
        Array.from({ length: 2000 }, (_, index) => `n${index}`),
      ),
    'any',
  ),
  bomb(
    'tar.gz of 250,000 empty files',
    () => {
      const header = tarHeader('f', 0);
      return gzipSync(repeated(header, 250_000), fast);
    },
    'any',
  ),
  bomb(
    'zip of 60,000 empty files',
    () => zipOf(Array.from({ length: 60_000 }, (_, index) => [`f${index}`, ''] as const)),
    'any',
  ),
  bomb(
    'zip of 9,000 zips',
    () =>
      zipOf(
        Array.from({ length: 9000 }, (_, index) => [`${index}.zip`, zipOf([['a', `x${index}`]])] as const),
      ),
    'any',
  ),
  bomb('7z of 2 GiB', () =>
    madeBy({ needs: ['7z'], script: 'truncate -s 2G z; 7z a -y -mx1 a.7z z >/dev/null', out: 'a.7z' }),
  ),
  bomb('7z with a dictionary of 1 GiB', (needle) =>
    madeBy({
      needs: ['7z'],
      files: { 'eicar.com': needle },
      script: '7z a -y -m0=LZMA2:d=1024m a.7z eicar.com >/dev/null',
      out: 'a.7z',
    }),
  ),
  bomb('zstd of 4 GiB', () =>
    madeBy({ needs: ['zstd'], script: 'head -c 4294967296 /dev/zero | zstd -q -1 -c >o', out: 'o' }),
  ),
  bomb('pdf: stream of 500 MiB, twice deflated', () =>
    pdfWithFile(
      deflateSync(deflateSync(Buffer.alloc(500 * mebibyte), fast)),
      '/Filter [/FlateDecode /FlateDecode]',
    ),
  ),
  bomb(
    'docx: entities in entities',
    () => {
      const entities = Array.from(
        { length: 9 },
        (_, index) =>
          `<!ENTITY ${String.fromCharCode(98 + index)} "${`&${String.fromCharCode(97 + index)};`.repeat(10)}">`,
      );
      return docx([
        ['word/a.xml', `<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "lol">${entities.join('')}]><l>&j;</l>`],
      ]);
    },
    'any',
  ),
  mailBomb(
    'mail: multipart 1000 deep',
    (needle) => bytes(addressLines, versionLine, multipartsIn(needle, 1000)),
    'bounded',
  ),
  mailBomb(
    'mail: mail in mail 1000 deep',
    (needle) => {
      const head = bytes(addressLines, versionLine, 'Content-Type: message/rfc822\r\n\r\n');
      return bytes(repeated(head, 1000), multipart([textPart, attachment(needle)]));
    },
    'bounded',
  ),
  mailBomb('mail: 800,000 headers', () =>
    bytes(
      addressLines,
      ...Array.from({ length: 800 }, (_, index) => `X-${index}: value\r\n`.repeat(1000)),
      '\r\nbody\r\n',
    ),
  ),
  mailBomb('mail: a header of 20 MB', () =>
    bytes(addressLines, 'X: ', 'a'.repeat(20_000_000), '\r\n\r\nbody\r\n'),
  ),
  mailBomb('mail: 200,000 parts', () => multipart([repeated(bytes(textPart, '--b1\r\n'), 200_000)])),
  mailBomb(
    'mail: needle behind 9,000 parts',
    (needle) =>
      multipart([
        ...Array.from({ length: 9000 }, (_, index) => `${textPart}${index}\r\n`),
        attachment(needle),
      ]),
    'bounded',
  ),
  mailBomb('mail: quoted-printable of 30 MB', () =>
    multipart([attachment(bytes(''), { encoding: 'quoted-printable', encoded: '=41'.repeat(10_000_000) })]),
  ),
  mailBomb('mail: 5 million opening brackets', () =>
    multipart([`Content-Type: text/html\r\n\r\n${'<'.repeat(5_000_000)}`]),
  ),
  mailBomb('mail: 200,000 encoded words', () =>
    bytes(`Subject: ${'=?utf-8?B?0YHRh9GR0YI=?= '.repeat(200_000)}\r\n`, addressLines, '\r\nbody\r\n'),
  ),
  mailBomb('mail: a parameter of 500,000 escapes', () =>
    bytes(
      addressLines,
      versionLine,
      `Content-Type: multipart/mixed; boundary="b1"; x="${'\\"'.repeat(500_000)}"\r\n\r\n--b1\r\nbody\r\n--b1--\r\n`,
    ),
  ),
  bomb('text: a million "begin" lines', () => repeated('begin 644 x\n', 1_000_000), 'any'),
  bomb(
    'html: a million data: URLs',
    () => bytes('<html>', repeated('<a href="data:;base64,QUJD">', 500_000)),
    'any',
  ),
  bomb('program that announces 1 GiB unpacked', () => buildPackedProgram(1024 * mebibyte - 256)),
  bomb('program that announces 900 MiB unpacked', () => buildPackedProgram(900 * mebibyte), 'any'),
  bomb('xar whose table announces 2 GiB', () => buildAnnouncingXar(BigInt(2048 * mebibyte)), 'any'),
  bomb('noise of 64 MiB', () => repeated(noise(8, mebibyte), 64), 'any'),
];
