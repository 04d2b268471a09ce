import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { eicarTestFile } from '../eicar-test-file.js';

const sectorBytes = 512;
/** Where partitions begin by custom; what is before is empty. */
const firstSector = 63;
const anyFat = 0x0c;

export interface RememberedPart {
  /** A disk image whose only partition is the part. */
  readonly image: Buffer;
  /** The test file, packed. */
  readonly part: Buffer;
}

/**
 * Bytes that clamd has seen in a place where it opens nothing (a partition is only looked at for a file system), to be
 * shown to it alone afterwards. New ones each time: what came of others may be remembered from an earlier trial.
 */
export function rememberedPart(): RememberedPart {
  const packed = gzipSync(eicarTestFile());
  const [head, rest] = [Buffer.from(packed.subarray(0, 10)), packed.subarray(10)];
  // RFC 1952: the fourth byte says that a name follows, which ends with a NUL.
  head[3] = 0x08;
  const nameBytes = sectorBytes - packed.length - 1;
  const name = randomBytes(Math.ceil(nameBytes / 2))
    .toString('hex')
    .slice(0, nameBytes);
  const part = Buffer.concat([head, Buffer.from(`${name}\0`, 'latin1'), rest]);
  return { image: Buffer.concat([bootRecord(), Buffer.alloc((firstSector - 1) * sectorBytes), part]), part };
}

/** A master boot record that names one partition of one sector. */
function bootRecord(): Buffer {
  const record = Buffer.alloc(sectorBytes);
  record[446 + 4] = anyFat;
  record.writeUInt32LE(firstSector, 446 + 8);
  record.writeUInt32LE(1, 446 + 12);
  record.writeUInt16BE(0x55aa, 510);
  return record;
}
