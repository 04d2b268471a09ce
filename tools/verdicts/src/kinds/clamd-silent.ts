import { buildAnnouncingXar, buildPackedProgram } from '@sluice/containers/testing';
import { gzipSync } from 'node:zlib';
import { type Piece, bytes, le32, noise, zeros } from '../layouts/byte-layout.js';
import { addressLines, attachment, multipart, named, textPart, versionLine } from '../layouts/mail-layout.js';
import { tarOf } from '../layouts/tar-layout.js';
import { zipOf, zipped } from '../layouts/zip-layout.js';
import { kindsOf } from '../making/kind.js';

/*
 * Where clamd answers OK to what it did not look at, or ends. What it does without room for what it unpacks is not here:
 * that takes a file system that is filled between two scans (`clamd-without-room.int-spec.ts`).
 */

const sectorBytes = 512;
const firstSector = 63;
const anyFat = 0x0c;

/** The needle, packed, as long as a sector: a name takes up the rest (RFC 1952). */
function packedSector(needle: Buffer): Buffer {
  const packed = gzipSync(needle);
  const name = 'n'.repeat(sectorBytes - packed.length - 1);
  return bytes(packed.subarray(0, 3), [0x08], packed.subarray(4, 10), `${name}\0`, packed.subarray(10));
}

/** A disk whose one partition is no file system: clamd only looks for one, and remembered these bytes as clean. */
function diskOf(partition: Buffer): Buffer {
  const entry = bytes([0, 0, 0, 0, anyFat, 0, 0, 0], le32(firstSector, partition.length / sectorBytes));
  const bootRecord = bytes(zeros(446), entry, zeros(48), [0x55, 0xaa]);
  return bytes(bootRecord, zeros((firstSector - 1) * sectorBytes), partition);
}

type Named = readonly (readonly [name: string, content: Buffer])[];
const diskThenPartition = (needle: Buffer): Named => {
  const partition = packedSector(needle);
  return [
    ['disk.img', diskOf(partition)],
    ['part.gz', partition],
  ];
};
const attached = (files: Named): Piece[] => [
  textPart,
  ...files.map(([name, content]) => attachment(content, named(name))),
];

export const seenBeforeKinds = kindsOf('image', 'further', (add) => {
  add('zip-disk-then-its-partition', (needle) => zipOf(diskThenPartition(needle)));
  add('zip-zips-of-disk-and-partition', (needle) =>
    zipOf(diskThenPartition(needle).map(([name, content]) => [`${name}.zip`, zipped(content, name)])),
  );
  add('tar-disk-then-its-partition', (needle) => tarOf(diskThenPartition(needle)));
  add('mail-disk-then-its-partition', (needle) => multipart(attached(diskThenPartition(needle))), {
    mail: true,
  });
});

/** None of these begins as clamd wants a mail to, nor has, in its first 2 KiB, the lines that clamd looks for instead. */
const heads: Readonly<Record<string, string>> = {
  'unknown-first-field': 'X-Anything: 1\r\nfRoM: a@b.c\r\nmIME-Version: 1.0\r\n',
  'capitals-only': 'X-A: 1\r\nFROM: ALICE@EXAMPLE.ORG\r\nTO: BOB@EXAMPLE.COM\r\nMIME-VERSION: 1.0\r\n',
  'content-field-first': 'Content-Language: en\r\nSUBJECT: test\r\n',
  'first-field-of-3k': `X-Long: ${'word '.repeat(600)}\r\n${addressLines}${versionLine}`,
};

export const unseenMailKinds = kindsOf('mail', 'further', (add) => {
  const typeLine = 'CONTENT-TYPE: multipart/mixed; boundary="b1"\r\n';
  for (const [name, head] of Object.entries(heads)) {
    const mailOf = (files: Named): Buffer => multipart(attached(files), { head, typeLine });
    const options = {
      mail: true,
      ...(head.length > 2000 && { endsAnywhere: 'cut within its head, which is most of it' }),
    };
    add(`mail-${name}-file`, (needle) => mailOf([['eicar.com', needle]]), options);
    add(
      `mail-${name}-zip`,
      (needle) =>
        mailOf([
          [
            'a.zip',
            zipOf([
              ['readme.bin', noise(91, 900)],
              ['eicar.com', needle],
            ]),
          ],
        ]),
      options,
    );
  }
});

/** What makes clamd say that it has no memory stands before the needle. */
const announcing: Readonly<Record<string, Buffer>> = {
  program: buildPackedProgram(1024 ** 3 - 256),
  xar: buildAnnouncingXar(2n ** 31n),
};

export const announcingKinds = kindsOf('archive', 'further', (add) => {
  for (const [name, first] of Object.entries(announcing)) {
    const held = {
      heldTwin:
        name === 'program'
          ? 'it announces more memory than clamd gives'
          : 'its table is not as long as announced',
    };
    const files = (needle: Buffer): Named => [
      ['a.bin', first],
      ['eicar.com', needle],
    ];
    add(`zip-announcing-${name}-before`, (needle) => zipOf(files(needle)), held);
    add(`mail-announcing-${name}-before`, (needle) => multipart(attached(files(needle))), {
      ...held,
      mail: true,
    });
    add(
      `mail-zip-announcing-${name}-before`,
      (needle) => multipart(attached([['a.zip', zipOf(files(needle))]])),
      { ...held, mail: true },
    );
  }
});
