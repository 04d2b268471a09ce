import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { be32, bytes, le32, noise, zeros } from '../layouts/byte-layout.js';
import { attachment, multipart, textPart } from '../layouts/mail-layout.js';
import { rar4, rar5, rar5Block, vint } from '../layouts/rar-layout.js';
import { tarEnd, tarMember, tarOf } from '../layouts/tar-layout.js';
import { oneEntryZip } from '../layouts/zip-layout.js';
import { bzip2, lz4, sevenZip, xz, zstd } from '../making/compressors.js';
import { blocks, carrier, closed, inFront } from '../making/kind-options.js';
import { kindsOf } from '../making/kind.js';
import { lha } from './archives.js';
import { madeBy } from '../making/run-tool.js';

const hello = Buffer.from('hello\n');
const behind = noise(31, 300);
const lzip = (content: Buffer): Promise<Buffer> =>
  madeBy({ needs: ['lzip'], files: { f: content }, script: 'lzip f', out: 'f.lz' });

/** What the first of several streams holds, and what the length behind the data says. */
export const archiveReaderKinds = kindsOf('archive', 'further', (add) => {
  const first = (name: string, pack: (content: Buffer) => Buffer | Promise<Buffer>): void =>
    add(`${name}-first-of-two`, async (needle) => bytes(await pack(needle), await pack(behind)), {
      endsAnywhere: { 50: 'what remains is the first stream', 90: 'what remains begins another stream' },
    });
  first('gz', gzipSync);
  first('bz2', bzip2);
  first('xz', xz);
  first('zstd', zstd);
  first('lz4', lz4);
  first('lzip', lzip);
  const streamed = (name: string, isStored: boolean): void =>
    add(`zip-empty-but-streamed-${name}`, (needle) => {
      const packed = isStored ? needle : deflateRawSync(needle);
      const nothing = { flags: 8, checksum: 0, packedSize: 0, size: 0 };
      return oneEntryZip(needle, {
        packed,
        method: isStored ? 0 : 8,
        local: nothing,
        directory: nothing,
        descriptor: bytes('PK\x07\x08', le32(crc32(needle), packed.length, needle.length)),
      });
    });
  streamed('deflated', false);
  streamed('stored', true);
  add(
    'cpio-behind-text',
    (needle) =>
      madeBy({
        needs: ['cpio'],
        files: { 'eicar.com': needle },
        script: '(echo hello; ls eicar.com | cpio -o -H newc 2>/dev/null) >o',
        out: 'o',
      }),
    inFront,
  );
  add('rar-behind-lha', (needle) => bytes(lha(hello, 1), rar4(needle)), inFront);
  add('unix-pack', (needle) => bytes([0x1f, 0x1e], be32(needle.length), [7, 1, 0, 1], needle), closed);
});

/** Files that a tar holds as descriptions of others, and one without a name. */
export const tarReaderKinds = kindsOf('tar', 'further', (add) => {
  const described = (name: string, type: string): void =>
    add(
      `tar-file-as-${name}`,
      (needle) => tarEnd(bytes(tarMember('eicar.com', needle, { type }), tarMember('a.txt', hello))),
      blocks,
    );
  described('pax-header', 'x');
  described('global-header', 'g');
  described('long-name', 'L');
  described('long-link', 'K');
  add(
    'tar-first-file-without-name',
    (needle) =>
      tarEnd(bytes(tarMember('', hello, { magic: '' }), tarMember('eicar.com', needle, { magic: '' }))),
    blocks,
  );
  add('tar-gz-in-two-members', (needle) => {
    const tar = tarOf([
      ['a.txt', hello],
      ['eicar.com', needle],
    ]);
    return bytes(gzipSync(tar.subarray(0, 700)), gzipSync(tar.subarray(700)));
  });
});

const changed = (archive: Buffer, at: number): Buffer => {
  const copy = Buffer.from(archive);
  copy.writeUInt8((copy[at] ?? 0) ^ 1, at);
  return copy;
};
const program = bytes('MZ', zeros(600));

/** Archives behind a program, the first header of which is not what it should be. */
export const brokenHeadKinds = kindsOf('archive', 'further', (add) => {
  const broken = { ...inFront, said: 'its first header is broken, which WinRAR passes over' };
  add('rar4-behind-program-broken-head', (needle) => bytes(program, changed(rar4(needle), 7)), broken);
  add('rar5-behind-program-broken-head', (needle) => bytes(program, changed(rar5(needle), 8)), broken);
  add(
    'rar5-behind-program-long-head',
    (needle) => {
      const [usual, long] = [[], [...vint(160), ...zeros(160)]].map((extra) =>
        rar5Block(bytes(vint(1), vint(extra.length > 0 ? 1 : 0), extra.slice(0, 2), vint(0), extra.slice(2))),
      ) as [Buffer, Buffer];
      const archive = rar5(needle);
      return bytes(program, archive.subarray(0, 8), long, archive.subarray(8 + usual.length));
    },
    inFront,
  );
  add(
    '7z-behind-program-blank-head',
    async (needle) => {
      const archive = await sevenZip(needle);
      return bytes(program, archive.subarray(0, 8), zeros(24), archive.subarray(32));
    },
    carrier,
  );
});

/** Where a cut end is expected, an archive whose first bytes are broken, which WinRAR passes over. */
export const excusedKinds = kindsOf('mail', 'further', (add) => {
  const broken = (needle: Buffer): Buffer => changed(rar4(bytes(needle, noise(33, 300))), 7);
  const said = {
    mail: true,
    said: 'its first header is broken, which WinRAR passes over',
    endsAnywhere: 'a mail',
  };
  const asHeaders = (needle: Buffer): Buffer => attachment(broken(needle), { type: 'text/rfc822-headers' });
  add('mail-broken-rar-as-headers', (needle) => multipart([textPart, asHeaders(needle)]), said);
  add(
    'mail-broken-rar-as-headers-first',
    (needle) => multipart([asHeaders(needle), attachment(broken(needle))]),
    said,
  );
  add(
    'mail-broken-rar-in-returned-mail',
    (needle) => {
      const inner = multipart([textPart, attachment(broken(needle))], { boundary: 'b2', hasEnd: false });
      return multipart([textPart, bytes('Content-Type: message/rfc822\r\n\r\n', inner)], {
        subtype: 'report',
      });
    },
    said,
  );
});
