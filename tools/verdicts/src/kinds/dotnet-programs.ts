import { deflateRawSync } from 'node:zlib';
import { bytes, fromHex, le16, le32, le64, padded, zeros } from '../layouts/byte-layout.js';
import { markedAsDicom, program } from '../layouts/program-layout.js';
import { carrier } from '../making/kind-options.js';
import { kindsOf } from '../making/kind.js';

/** A program of .NET with one resource. */
function withResource(content: Buffer): Buffer {
  const cli = padded(bytes(le32(72), le16(2, 5), le32(0, 0, 1, 0, 0x2050, content.length + 4)), 72);
  return program(bytes(zeros(8), cli, le32(content.length), content), [0x2008, 72]);
}

const bundleMark = fromHex(
  '8b1202b96a612038727b930214d7a03213f5b9e6efae33 18ee3b2dce24b36aae'.replace(' ', ''),
);
/** A program of .NET and its libraries in one file. */
function oneFile(content: Buffer, isPacked: boolean): Buffer {
  const stub = 0x400;
  const packed = isPacked ? deflateRawSync(content) : content;
  const host = program(bytes(le64(stub + packed.length), bundleMark, zeros(100)));
  const manifest = bytes(
    le32(6, 0, 1),
    [8],
    'abcdefgh',
    zeros(16 + 16 + 8),
    le64(host.length, content.length, isPacked ? packed.length : 0),
    [1, 9],
    'eicar.dll',
  );
  host.writeBigUInt64LE(BigInt(host.length + packed.length), host.indexOf(bundleMark) - 8);
  return bytes(host, packed, manifest);
}

export const dotnetKinds = kindsOf('office', 'further', (add) => {
  add('dotnet-resource', (needle) => withResource(needle), carrier);
  add('dotnet-resource-deflated', (needle) => withResource(deflateRawSync(needle)), carrier);
  add('dotnet-resource-and-dicom', (needle) => markedAsDicom(withResource(needle)), carrier);
  add('dotnet-one-file', (needle) => oneFile(needle, false), carrier);
  add('dotnet-one-file-packed', (needle) => oneFile(bytes(needle), true), carrier);
});
