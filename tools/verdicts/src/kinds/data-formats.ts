import { deflateRawSync, deflateSync } from 'node:zlib';
import { bytes, le16, le32, noise } from '../layouts/byte-layout.js';
import { carrier } from '../making/kind-options.js';
import { kindsOf } from '../making/kind.js';
import { fullZip } from './intruder-texts.js';

function dumpInt(value: number): Buffer {
  return bytes([0], le32(value));
}
/** A dump of PostgreSQL in its own form: data in pieces, each with its length. */
function postgresDump(rows: string): Buffer {
  const packed = deflateSync(bytes(rows));
  const pieces = Array.from({ length: Math.ceil(packed.length / 4096) }, (_, at) =>
    packed.subarray(at * 4096, at * 4096 + 4096),
  );
  return bytes(
    'PGDMP',
    [1, 14, 0, 4, 8, 1],
    noise(150, 300),
    [1],
    dumpInt(3300),
    ...pieces.flatMap((piece) => [dumpInt(piece.length), piece]),
    dumpInt(0),
    [4],
  );
}

export const dataFormatKinds = kindsOf('office', 'further', (add) => {
  add(
    'swf-plain-binary-data',
    (needle) => {
      const body = bytes(
        [0x08, 0],
        le16(0x1800, 1),
        le16((87 << 6) | 0x3f),
        le32(6 + needle.length),
        le16(1),
        le32(0),
        needle,
        le16(0),
      );
      return bytes('FWS\x09', le32(8 + body.length), body);
    },
    carrier,
  );
  add(
    'avro-deflated-block',
    (needle) => {
      const value = bytes(fullZip(needle), 'abcd'.repeat(900));
      const zigzag = (number: number): Buffer => {
        const out: number[] = [];
        let left = number * 2;
        while (left > 127) {
          out.push((left & 127) | 128);
          left >>>= 7;
        }
        return Buffer.from([...out, left]);
      };
      const packed = deflateRawSync(bytes(zigzag(value.length), value));
      const pair = (one: string, other: string): Buffer =>
        bytes(zigzag(one.length), one, zigzag(other.length), other);
      return bytes(
        'Obj\x01',
        zigzag(2),
        pair('avro.schema', '"bytes"'),
        pair('avro.codec', 'deflate'),
        [0],
        noise(154, 16),
        zigzag(1),
        zigzag(packed.length),
        packed,
        noise(154, 16),
      );
    },
    carrier,
  );
  add(
    'postgres-dump',
    (needle) =>
      postgresDump(
        `${Array.from({ length: 30 }, (_, at) => `${at}\t\\\\x${noise(200 + at, 300).toString('hex')}\n`).join('')}99\t\\\\x${needle.toString('hex')}\n\\.\n`,
      ),
    carrier,
  );
});
