import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { archiveSample } from './testing/archive-samples.js';
import { walk } from './testing/walk-for-needle.js';

/** RAR 4 with one stored file of noise. */
function rar(): Buffer {
  const content = Buffer.from(Array.from({ length: 600 }, (_, at) => (at * at * 7) & 0xff));
  const block = (kind: number, flags: number, more: Buffer): Buffer => {
    const bytes = Buffer.concat([Buffer.from([0, 0, kind, 0, 0, 0, 0]), more]);
    bytes.writeUInt16LE(flags, 3);
    bytes.writeUInt16LE(bytes.length, 5);
    bytes.writeUInt16LE(crc32(bytes.subarray(2)) & 0xffff, 0);
    return bytes;
  };
  const fields = Buffer.alloc(25);
  fields.writeUInt32LE(content.length, 0);
  fields.writeUInt32LE(content.length, 4);
  fields[8] = 2;
  fields.writeUInt32LE(crc32(content), 9);
  fields.writeUInt32LE(0x5a21_0000, 13);
  fields.writeUInt8(29, 17);
  fields.writeUInt8(0x30, 18);
  fields.writeUInt16LE(1, 19);
  fields.writeUInt32LE(0x20, 21);
  return Buffer.concat([
    Buffer.from('Rar!\x1a\x07\0', 'latin1'),
    block(0x73, 0, Buffer.alloc(6)),
    block(0x74, 0x8000, Buffer.concat([fields, Buffer.from('a')])),
    content,
    block(0x7b, 0x4000, Buffer.alloc(0)),
  ]);
}
const broken = (archive: Buffer): Buffer =>
  Buffer.concat([archive.subarray(0, 7), Buffer.of(0xff), archive.subarray(8)]);

const head = 'From: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\n';
const attached = (bytes: Buffer, type = 'application/octet-stream'): string =>
  `Content-Type: ${type}; name=x\r\nContent-Transfer-Encoding: base64\r\n\r\n${bytes.toString('base64')}\r\n`;
const multipart = (type: string, boundary: string, parts: readonly string[], end = '--'): string =>
  `${head}Content-Type: multipart/${type}; boundary=${boundary}\r\n\r\n${parts.map((part) => `--${boundary}\r\n${part}`).join('')}${end === '' ? '' : `--${boundary}--\r\n`}`;
const returned = (bytes: Buffer): string =>
  multipart('report', 'b', [
    `Content-Type: message/rfc822\r\n\r\n${multipart('mixed', 'c', [attached(bytes)], '')}`,
  ]);
const reasonsOf = async (mail: string): Promise<string[]> => {
  const { unexamined } = await walk(Buffer.from(mail), { objectType: 'email' });
  return [...new Set(unexamined.map(({ reason }) => reason))];
};

describe('what a returned mail ends within', () => {
  it.each([
    ['RAR', rar().subarray(0, 400)],
    ['7z', archiveSample('7z-arm64').subarray(0, 100)],
  ])('is not held for its missing end: %s', async (_, cut) => {
    expect(await reasonsOf(returned(cut))).toEqual([]);
    expect(await reasonsOf(multipart('mixed', 'b', [attached(cut)]))).toEqual(['damaged']);
  });

  it('is held for a broken beginning, which no cut makes', async () => {
    expect(await reasonsOf(returned(rar()))).toEqual([]);
    expect(await reasonsOf(returned(broken(rar())))).toEqual(['damaged']);
  });

  it('is a mail’s fields, whatever says so', async () => {
    const cut = archiveSample('img-ext4').subarray(0, 4000);
    expect(await reasonsOf(multipart('mixed', 'b', [attached(cut, 'text/rfc822-headers')]))).toEqual([
      'damaged',
    ]);
  });

  it('excuses no equal part that is whole', async () => {
    const cut = rar().subarray(0, 400);
    const inText = `Content-Type: message/rfc822; name=x\r\nContent-Transfer-Encoding: base64\r\n\r\n${cut.toString('base64')}\r\n`;
    const report = multipart('report', 'b', [inText]);
    expect(await reasonsOf(report)).toEqual([]);
    const both = multipart('mixed', 'd', [
      `Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\n${inText}--b--\r\n`,
      inText,
    ]);
    expect(await reasonsOf(both)).toEqual(['damaged']);
  });
});
