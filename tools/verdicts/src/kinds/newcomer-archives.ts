import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { be16, be32, bytes, fromHex, le32, noise, padded, repeated, zeros } from '../layouts/byte-layout.js';
import { base64Lines } from '../layouts/mail-layout.js';
import { rar5 } from '../layouts/rar-layout.js';
import { paxRecord, tarEnd, tarHeader, tarMember, tarOf } from '../layouts/tar-layout.js';
import { zipOf, zipped } from '../layouts/zip-layout.js';
import { bzip2, lz4, lzip, sevenZip, xz, zstd } from '../making/compressors.js';
import { closed } from '../making/kind-options.js';
import { kindsOf } from '../making/kind.js';
import { madeBy } from '../making/run-tool.js';

const empty = Buffer.alloc(0);
const behind = { endsAnywhere: 'what remains may be the stream and bytes behind it' };
const early = { endsAnywhere: 'what remains is a file that ends early' };
const anywhere = { endsAnywhere: 'what remains may be no more than the picture' };

/** Streams that begin with nothing. */
export const newcomerStreamKinds = kindsOf('stream', 'further', (add) => {
  add('xz-empty-first', async (needle) => bytes(await xz(empty), await xz(needle)));
  add('zst-empty-first', async (needle) => bytes(await zstd(empty), await zstd(needle)));
  add('lz4-empty-first', async (needle) => bytes(await lz4(empty), await lz4(needle)));
  add('lzip-empty-first', async (needle) => bytes(await lzip(empty), await lzip(needle)));
  add('bz2-small-empty-first', (needle) =>
    bzip2(needle).then((packed) => bytes(fromHex('425a683117724538509000000000'), packed)),
  );
  add('zst-behind-gz', async (needle) => bytes(gzipSync('hello'), await zstd(needle)));
  add('zip-behind-xz', async (needle) => bytes(await xz(Buffer.from('hello')), zipped(needle)), behind);
  add('zip-behind-zst', async (needle) => bytes(await zstd(Buffer.from('hello')), zipped(needle)), behind);
  add('mozilla-lz4', (needle) => bytes('mozLz40\0', le32(needle.length), [0xf0, needle.length - 15], needle));
  add('lzfse-v1', () => bytes('bvx1', zeros(100)), closed);
  add('bzip3', (needle) => bytes('BZ3v1', le32(1 << 20), noise(4, 200), needle), closed);
});

/** Headers that programs read and few write. */
export const newcomerTarKinds = kindsOf('archive', 'further', (add) => {
  const withSum = (header: Buffer, field: (sum: string) => string): Buffer => {
    const sum = /[0-7]+/.exec(header.toString('latin1', 148, 156))?.[0] ?? '';
    return bytes(header.subarray(0, 148), padded(field(sum), 8), header.subarray(156));
  };
  const v7 = (needle: Buffer, field: (sum: string) => string): Buffer =>
    tarEnd(
      bytes(
        withSum(tarHeader('eicar.com', needle.length, { magic: zeros(8), type: '\0' }), field),
        padded(needle, 512),
      ),
    );
  add('tar-v7-sum-of-eight-digits', (needle) => v7(needle, (sum) => sum.padStart(8, '0')));
  add('tar-v7-sum-with-blanks', (needle) => v7(needle, (sum) => `  ${sum.replace(/^0+/, '')}`));
  add('tar-sparse-map-in-header', (needle) => {
    const records = [
      ['GNU.sparse.major', '0'],
      ['GNU.sparse.minor', '1'],
      ['GNU.sparse.name', 'eicar.com'],
      ['GNU.sparse.size', '68'],
      ['GNU.sparse.numblocks', '2'],
      ['GNU.sparse.map', '34,34,0,34'],
    ] as const;
    return tarEnd(
      bytes(
        tarMember('PaxHeaders/x', records.map(([key, value]) => paxRecord(key, value)).join(''), {
          type: 'x',
        }),
        tarMember('GNUSparseFile.0/eicar.com', bytes(needle.subarray(34), needle.subarray(0, 34))),
      ),
    );
  });
  add('tar-sparse-pairs-in-header', (needle) => {
    const records = [
      ['GNU.sparse.size', '68'],
      ['GNU.sparse.numblocks', '2'],
      ['GNU.sparse.offset', '34'],
      ['GNU.sparse.numbytes', '34'],
      ['GNU.sparse.offset', '0'],
      ['GNU.sparse.numbytes', '34'],
    ] as const;
    return tarEnd(
      bytes(
        tarMember('PaxHeaders/x', records.map(([key, value]) => paxRecord(key, value)).join(''), {
          type: 'x',
        }),
        tarMember('eicar.com', bytes(needle.subarray(34), needle.subarray(0, 34))),
      ),
    );
  });
  add('tar-sparse-order-new', (needle) => {
    const records = [
      ['GNU.sparse.major', '1'],
      ['GNU.sparse.minor', '0'],
      ['GNU.sparse.name', 'eicar.com'],
      ['GNU.sparse.realsize', '68'],
    ] as const;
    return tarEnd(
      bytes(
        tarMember('PaxHeaders/x', records.map(([key, value]) => paxRecord(key, value)).join(''), {
          type: 'x',
        }),
        tarMember(
          'GNUSparseFile.0/eicar.com',
          bytes(padded('2\n34\n34\n0\n34\n', 512), needle.subarray(34), needle.subarray(0, 34)),
        ),
      ),
    );
  });
  add('tar-zero-block-first', (needle) => bytes(zeros(512), tarOf([['eicar.com', needle]])));
  add('tar-two-zero-blocks-first', (needle) => bytes(zeros(1024), tarOf([['eicar.com', needle]])));
  add(
    'aix-big-archive',
    (needle) => {
      const number = (value: number, width = 20): string => String(value).padEnd(width);
      const member = bytes(
        number(68),
        number(0),
        number(0),
        number(0, 12),
        number(0, 12),
        number(0, 12),
        number(644, 12),
        number(9, 4),
        'eicar.com\0`\n',
        needle,
      );
      return bytes('<bigaf>\n', number(0), number(0), number(0), number(128), number(128), number(0), member);
    },
    closed,
  );
  add('cpio-in-hexadecimal-capitals', (needle) => {
    const field = (value: number): string => value.toString(16).toUpperCase().padStart(8, '0');
    const member = (name: string, content: Buffer): Buffer =>
      bytes(
        '070701',
        [0, 0o100644, 0, 0, 1, 0, content.length, 0, 0, 0, 0, name.length + 1, 0].map(field).join(''),
        padded(`${name}\0`, Math.ceil((110 + name.length + 1) / 4) * 4 - 110),
        padded(content, Math.ceil(content.length / 4) * 4),
      );
    return bytes(member('eicar.com', needle), member('TRAILER!!!', empty));
  });
  add('warc-response', (needle) => {
    const block = bytes('HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n', needle);
    return bytes(
      `WARC/1.0\r\nWARC-Type: response\r\nContent-Length: ${block.length}\r\n\r\n`,
      block,
      '\r\n\r\n',
    );
  });
  add('warc-response-chunked-gzip', (needle) => {
    const packed = gzipSync(needle);
    const block = bytes(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n',
      `${(20).toString(16)}\r\n`,
      packed.subarray(0, 20),
      `\r\n${(packed.length - 20).toString(16)};x=y\r\n`,
      packed.subarray(20),
      '\r\n0\r\n\r\n',
    );
    return bytes(
      `WARC/1.0\r\nWARC-Type: response\r\nContent-Length: ${block.length}\r\n\r\n`,
      block,
      '\r\n\r\n',
    );
  });
  add(
    'http-response-file',
    (needle) =>
      bytes(
        'HTTP/1.1 200 OK\r\nServer: x\r\nContent-Type: application/octet-stream\r\nContent-Length: 68\r\n\r\n',
        needle,
      ),
    early,
  );
  add(
    'http-2-response-file',
    (needle) => bytes('HTTP/2 200 \r\ncontent-type: application/octet-stream\r\n\r\n', needle),
    early,
  );
  add(
    'http-form-request',
    (needle) =>
      bytes(
        'POST /upload HTTP/1.1\r\nHost: example.org\r\nContent-Type: multipart/form-data; boundary=xx\r\n\r\n--xx\r\nContent-Disposition: form-data; name="f"; filename="eicar.com"\r\n\r\n',
        needle,
        '\r\n--xx--\r\n',
      ),
    early,
  );
  add('fiddler-saz', (needle) =>
    zipOf([
      ['raw/1_s.txt', bytes('HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n', needle)],
    ]),
  );
});

/** Decoys in front of what counts. */
export const newcomerDecoyKinds = kindsOf('archive', 'further', (add) => {
  add(
    'rar5-behind-100-decoys',
    (needle) => bytes('MZ', zeros(200), repeated('Rar!\x1a\x07\x01\0', 100), rar5(needle)),
    anywhere,
  );
  add(
    '7z-behind-100-decoys',
    async (needle) =>
      bytes('MZ', zeros(200), repeated('7z\xbc\xaf\x27\x1c________', 100), await sevenZip(needle)),
    anywhere,
  );
  add(
    'tar-behind-100-decoys',
    (needle) => bytes('MZ', zeros(200), repeated('ustar ', 100), zeros(20), tarOf([['eicar.com', needle]])),
    anywhere,
  );
  add(
    '7z-ninth-in-a-row',
    async (needle) => {
      const nothing = await sevenZip(Buffer.from('hello'), '', { name: 'a.txt' });
      return bytes(
        '\x89PNG\r\n\x1a\n',
        zeros(100),
        ...Array.from({ length: 9 }, () => nothing),
        await sevenZip(needle),
      );
    },
    anywhere,
  );
  add(
    'zip-cut-behind-1200-decoys',
    (needle) => {
      const zip = zipped(needle);
      return bytes(
        'MZ',
        zeros(200),
        repeated('PK\x03\x04________________________________', 1200),
        zip.subarray(0, zip.indexOf('PK\x01\x02')),
      );
    },
    { ...anywhere, heldTwin: 'its directory is missing' },
  );
  add(
    'mail-within-behind-20-versions',
    (needle) =>
      bytes(
        '\x89PNG\r\n\x1a\n',
        zeros(100),
        repeated('\nMIME-Version: 1.0\n\n', 20),
        `\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n--b\nContent-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\n${base64Lines(needle)}\n--b--\n`,
      ),
    anywhere,
  );
});

/** Images, and what systems keep in them. */
export const newcomerImageKinds = kindsOf('image', 'further', (add) => {
  add('iso-zisofs', (needle) =>
    madeBy({
      needs: ['genisoimage'],
      files: {
        'in/eicar.com': bytes(
          fromHex('37e45396c9dbd607'),
          le32(needle.length),
          [4, 15, 0, 0],
          le32(24, 24 + deflateSync(needle).length),
          deflateSync(needle),
        ),
      },
      script: 'genisoimage -quiet -R -z -o o.iso in',
      out: 'o.iso',
    }),
  );
  add('zisofs-file', (needle) =>
    bytes(
      fromHex('37e45396c9dbd607'),
      le32(needle.length),
      [4, 15, 0, 0],
      le32(24, 24 + deflateSync(needle).length),
      deflateSync(needle),
    ),
  );
  add('vmdk-esx-old', (needle) => bytes('COWD', le32(1, 3, 2048, 1), zeros(2000), needle), closed);
  add('daemon-tools-mdx', (needle) => bytes('MEDIA DESCRIPTOR', [2, 1], zeros(500), needle), closed);
  add(
    'zso',
    (needle) => bytes('ZISO', le32(24, 4096, 0, 2048), [1, 0, 0, 0], le32(32, 32), deflateRawSync(needle)),
    closed,
  );
  add('stuffit-x', (needle) => bytes('StuffIt!', zeros(100), needle), closed);
  add('lotus-notes-nsf', (needle) => bytes(fromHex('1a0000040000'), zeros(300), needle), closed);
  add('apple-double-1', (needle) =>
    bytes(be32(0x00051607, 0x00010000), padded('Macintosh', 16), be16(1), be32(1, 38, needle.length), needle),
  );
  add('java-pack200', (needle) => bytes(fromHex('cafed00d'), [7, 150, 0], noise(3, 100), needle), closed);
});
