import { createHash } from 'node:crypto';
import { deflateSync, gzipSync } from 'node:zlib';
import { type Piece, be16, be32, be64, bytes, le16, le32 } from '../layouts/byte-layout.js';
import { binHex, tnef } from '../layouts/mail-layout.js';
import { programHead } from '../layouts/program-layout.js';
import { tarOf } from '../layouts/tar-layout.js';
import { zipped } from '../layouts/zip-layout.js';
import { xz, zstd } from '../making/compressors.js';
import { kindsOf } from '../making/kind.js';
import { madeBy } from '../making/run-tool.js';
import type { ToolName } from '../making/tools.js';

const oneFile =
  (needs: readonly ToolName[], script: string, out: string) =>
  (needle: Buffer): Promise<Buffer> =>
    madeBy({ needs, files: { 'eicar.com': needle }, script, out });

/** CRC-16 as LHA has it. */
export function lhaChecksum(content: Buffer): number {
  let sum = 0;
  for (const byte of content) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >> 1) ^ ((sum & 1) === 1 ? 0xa001 : 0);
  }
  return sum;
}

export function lha(content: Buffer, level: 0 | 1 | 2, method = '-lh0-'): Buffer {
  const name = 'eicar.com';
  const checksum = le16(lhaChecksum(content));
  if (level === 2) {
    const head = bytes(method, le32(content.length, content.length, 1_700_000_000), [0x20, 2], checksum, 'U');
    const extension = bytes(le16(3 + name.length), [1], name, le16(0));
    return bytes(le16(2 + head.length + extension.length), head, extension, content, [0]);
  }
  const extended = level === 1 ? bytes('U', le16(0)) : bytes('');
  const head = bytes(
    ...[method, le32(content.length, content.length, 0x5a210000), [0x20, level, name.length]],
    ...[name, checksum, extended],
  );
  const sum = head.reduce((total, byte) => total + byte, 0);
  return bytes([head.length, sum & 255], head, content, [0]);
}

export function arMember(name: string, content: Piece): Buffer {
  const body = bytes(content);
  const fields = ['1700000000'.padEnd(12), '0'.padEnd(6), '0'.padEnd(6), '100644'.padEnd(8)];
  return bytes(
    `${name.padEnd(16)}${fields.join('')}${String(body.length).padEnd(10)}\`\n`,
    body,
    body.length % 2 === 1 ? '\n' : '',
  );
}

const debPackers = {
  xz,
  gz: (content: Buffer) => gzipSync(content),
  zst: zstd,
  none: (content: Buffer) => content,
};

export async function deb(needle: Buffer, packing: keyof typeof debPackers = 'xz'): Promise<Buffer> {
  const description =
    'Package: x\nVersion: 1\nArchitecture: all\nMaintainer: x <x@example.org>\nDescription: x\n';
  const pack = debPackers[packing];
  const extension = packing === 'none' ? '' : `.${packing}`;
  return bytes(
    '!<arch>\n',
    arMember('debian-binary', '2.0\n'),
    arMember(`control.tar${extension}`, await pack(tarOf([['./control', description]]))),
    arMember(`data.tar${extension}`, await pack(tarOf([['./usr/bin/eicar', needle]]))),
  );
}

const spec = [
  ...[
    'Name: x',
    'Version: 1',
    'Release: 1',
    'Summary: x',
    'License: x',
    'BuildArch: noarch',
    '%description',
    'x',
  ],
  ...['%install', 'mkdir -p %{buildroot}/opt', 'cp %{_sourcedir}/eicar.com %{buildroot}/opt/eicar.com'],
  ...['%files', '/opt/eicar.com', ''],
].join('\n');

const rpm =
  (payload: string) =>
  (needle: Buffer): Promise<Buffer> =>
    madeBy({
      needs: ['rpmbuild'],
      files: { 's/eicar.com': needle, 'x.spec': spec },
      script: `rpmbuild -bb --quiet --define "_topdir $PWD/t" --define "_sourcedir $PWD/s" --define "_binary_payload ${payload}" x.spec >log 2>&1; cp t/RPMS/noarch/*.rpm a.rpm`,
      out: 'a.rpm',
    });

const wxs =
  '<?xml version="1.0"?><Wix xmlns="http://schemas.microsoft.com/wix/2006/wi"><Product Id="*" UpgradeCode="12345678-1234-1234-1234-111111111111" Name="x" Version="0.1.0" Manufacturer="x" Language="1033"><Package InstallerVersion="200" Compressed="yes"/><Media Id="1" Cabinet="p.cab" EmbedCab="yes"/><Directory Id="TARGETDIR" Name="SourceDir"><Directory Id="ProgramFilesFolder"><Directory Id="I" Name="x"><Component Id="C" Guid="12345678-1234-1234-1234-222222222222"><File Id="F" Source="eicar.com" KeyPath="yes"/></Component></Directory></Directory></Directory><Feature Id="D" Level="1"><ComponentRef Id="C"/></Feature></Product></Wix>';

/** A package of macOS. */
export function xar(needle: Buffer): Buffer {
  const packed = deflateSync(needle);
  const contents = bytes(
    '<?xml version="1.0" encoding="UTF-8"?><xar><toc><creation-time>2024-01-01T00:00:00</creation-time><checksum style="sha1"><offset>0</offset><size>20</size></checksum>',
    `<file id="1"><name>eicar.com</name><type>file</type><data><offset>20</offset><size>${needle.length}</size><length>${packed.length}</length><encoding style="application/x-gzip"/></data></file></toc></xar>`,
  );
  const head = deflateSync(contents);
  return bytes(
    ...['xar!', be16(28, 1), be64(head.length, contents.length), be32(1), head],
    createHash('sha1').update(head).digest(),
    packed,
  );
}

export const cpioNewc = oneFile(['cpio'], 'echo eicar.com | cpio -o -H newc --quiet >a.cpio', 'a.cpio');

export const archiveKinds = kindsOf('archive', 'first', (add) => {
  const cab = (switches: string) => oneFile(['gcab'], `gcab -c ${switches} a.cab eicar.com`, 'a.cab');
  add('cab-none', cab(''));
  add('cab-mszip', cab('-z'));
  add('cab-sfx', async (needle) => bytes(programHead, await cab('-z')(needle)), {
    endsAnywhere: 'what remains may be no more than the program in front',
  });
  add('lzh-level0', (needle) => lha(needle, 0));
  add('lzh-level2', (needle) => lha(needle, 2));
  add('arj', oneFile(['arj'], 'arj a -y a.arj eicar.com >/dev/null', 'a.arj'));
  add('ar', (needle) => bytes('!<arch>\n', arMember('eicar.com/', needle)), {
    endsAnywhere: 'its only member can end before its padding',
  });
  for (const packing of ['xz', 'gz', 'zst', 'none'] as const)
    add(`deb-${packing}`, (needle) => deb(needle, packing));
  add('rpm-gzip', rpm('w9.gzdio'));
  add('rpm-xz', rpm('w6.xzdio'));
  add('rpm-zstd', rpm('w3.zstdio'));
  for (const format of ['bin', 'odc', 'newc', 'crc'])
    add(
      `cpio-${format}`,
      oneFile(['cpio'], `echo eicar.com | cpio -o -H ${format} --quiet >a.cpio`, 'a.cpio'),
    );
  add('cpio-newc-gz', async (needle) => gzipSync(await cpioNewc(needle)));
  add('msi', (needle) =>
    madeBy({
      needs: ['wixl'],
      files: { 'eicar.com': needle, 'x.wxs': wxs },
      script: 'wixl -o a.msi x.wxs',
      out: 'a.msi',
    }),
  );
  add('xar-pkg', xar);
  add('szdd', (needle) => {
    const groups = Array.from({ length: Math.ceil(needle.length / 8) }, (_, index) =>
      bytes([0xff], needle.subarray(index * 8, index * 8 + 8)),
    );
    return bytes('SZDD\x88\xf0\x27\x33A\0', le32(needle.length), ...groups);
  });
  add('warc', (needle) =>
    bytes(
      'WARC/1.0\r\nWARC-Type: resource\r\nWARC-Target-URI: http://x.example/eicar.com\r\nWARC-Date: 2024-01-01T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000000>\r\nContent-Type: application/octet-stream\r\nContent-Length: 68\r\n\r\n',
      needle,
      '\r\n\r\n',
    ),
  );
  add('binhex-file', (needle) => binHex(needle));
  add('tnef', (needle) => tnef(needle));
  add('tnef-zip', (needle) => tnef(zipped(needle), 'a.zip'));
});
