import { randomBytes } from 'node:crypto';
import { ZipCipher } from './zip-cipher.js';

export interface ZipEntry {
  readonly name: string;
  readonly sizeBytes: number;
  readonly crc: number;
  readonly password: string;
}

const encryptionHeaderBytes = 12;
const localHeaderBytes = 30;
const centralHeaderBytes = 46;
const endBytes = 22;
const version = 20;
const encryptedFlag = 1;
/** 1 January 1980: the time of the download says nothing about the object. */
const dosDate = 0x21;

/** Largest object whose archive needs no ZIP64. */
export const largestEntryBytes = 0xffffffff - 2 ** 20;

export const zipBytes = ({ name, sizeBytes }: ZipEntry): number =>
  localHeaderBytes + centralHeaderBytes + endBytes + 2 * name.length + encryptionHeaderBytes + sizeBytes;

/** An archive of one stored, encrypted entry, piece by piece. `content` has to be what `entry` says of it. */
export async function* encryptedZip(entry: ZipEntry, content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const cipher = new ZipCipher(entry.password);
  const header = randomBytes(encryptionHeaderBytes);
  // By its last byte tools tell a wrong password early.
  header[encryptionHeaderBytes - 1] = entry.crc >>> 24;
  yield Buffer.concat([localHeader(entry), cipher.encrypt(header)]);
  for await (const chunk of content) yield cipher.encrypt(Buffer.from(chunk));
  yield Buffer.concat([centralHeader(entry), endRecord(entry)]);
}

/** The fields both headers share, from the version needed to the name's length. */
function fields(entry: ZipEntry): Buffer {
  const buffer = Buffer.alloc(24);
  buffer.writeUInt16LE(version, 0);
  buffer.writeUInt16LE(encryptedFlag, 2);
  buffer.writeUInt16LE(dosDate, 8);
  buffer.writeUInt32LE(entry.crc, 10);
  buffer.writeUInt32LE(entry.sizeBytes + encryptionHeaderBytes, 14);
  buffer.writeUInt32LE(entry.sizeBytes, 18);
  buffer.writeUInt16LE(entry.name.length, 22);
  return buffer;
}

const localHeader = (entry: ZipEntry): Buffer =>
  Buffer.concat([
    Buffer.from('PK\x03\x04', 'latin1'),
    fields(entry),
    Buffer.alloc(2),
    Buffer.from(entry.name, 'latin1'),
  ]);

function centralHeader(entry: ZipEntry): Buffer {
  const madeBy = Buffer.alloc(2);
  madeBy.writeUInt16LE(version);
  // Extra and comment lengths, disk, attributes, and the local header's place: all zero.
  const rest = Buffer.alloc(centralHeaderBytes - 4 - 2 - 24);
  return Buffer.concat([
    Buffer.from('PK\x01\x02', 'latin1'),
    madeBy,
    fields(entry),
    rest,
    Buffer.from(entry.name, 'latin1'),
  ]);
}

function endRecord(entry: ZipEntry): Buffer {
  const end = Buffer.alloc(endBytes);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(centralHeaderBytes + entry.name.length, 12);
  end.writeUInt32LE(localHeaderBytes + entry.name.length + encryptionHeaderBytes + entry.sizeBytes, 16);
  return end;
}
