import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { buildZip } from '../testing/index.js';
import { walkObject } from '../walk-object.js';

const needle = Buffer.from('a needle in a haystack');

async function walk(bytes: Buffer, objectType: 'file' | 'email' = 'file') {
  const parts: Buffer[] = [];
  const { unexamined } = await walkObject(bytes, {
    objectType,
    timeLimitMs: 60_000,
    onPart: (part) => void parts.push(part.bytes),
  });
  return {
    hasNeedle: parts.some((part) => part.equals(needle)),
    reasons: unexamined.map(({ reason }) => reason),
  };
}

const bytes = (...pieces: readonly (string | Buffer)[]): Buffer =>
  Buffer.concat(pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece)));

/** Where the bytes end, nothing of the needle may be left; that something is missing has to be said all the same. */
describe('what is cut off says so', () => {
  const members = bytes(gzipSync('one'), gzipSync(needle));
  const first = gzipSync('one').length;
  it.each([1, 2, 3, 9])('%d bytes into the next member of a gzip file', async (count) => {
    const { reasons } = await walk(members.subarray(0, first + count));
    expect(reasons).toEqual(['damaged']);
  });

  it('not between two members, nor for zeros behind', async () => {
    expect((await walk(members.subarray(0, first))).reasons).toEqual([]);
    expect((await walk(bytes(members.subarray(0, first), Buffer.alloc(9)))).reasons).toEqual([]);
  });

  it.each(['M22!N965D;&4@:6X@82!H87ES', 'M22!N965D'])('within the first uuencoded line: %s', async (line) => {
    expect((await walk(bytes(`begin 644 a.com\n${line}`))).reasons).toEqual(['damaged']);
  });

  it('not a text that speaks of a beginning', async () => {
    for (const text of [
      'begin 644 words that go on',
      'begin 644 a.com\nAnd then you write',
      'begin 644 x\n\nHello',
    ])
      expect((await walk(bytes(text))).reasons).toEqual([]);
  });

  it('an extension without its package, or with a piece of it', async () => {
    const head = bytes('Cr24\x03\0\0\0\x05\0\0\0', '12345');
    expect((await walk(head)).reasons).toEqual(['damaged']);
    expect((await walk(head.subarray(0, 14))).reasons).toEqual(['damaged']);
    expect((await walk(bytes(head, 'PK\x03\x04\x14'))).reasons).toContain('damaged');
  });

  it('an image of a disk whose table of blocks has no end', async () => {
    const packed = Buffer.alloc(3000, 0x9c);
    const list =
      '<?xml version="1.0"?><plist version="1.0"><dict><key>resource-fork</key><dict><key>blkx</key><array>';
    expect((await walk(bytes(packed, list))).reasons).toEqual(['damaged']);
    expect((await walk(bytes(packed, list, 'koly\0\0\0\x04\0\0\x02\0', Buffer.alloc(300)))).reasons).toEqual([
      'damaged',
    ]);
    // Of a list alone nothing is missing.
    expect((await walk(bytes(list))).reasons).toEqual([]);
  });

  it('a section of notes shorter than its header, or than it says', async () => {
    const header = Buffer.alloc(1024);
    Buffer.from('e4525c7b8cd8a74daeb15378d02996d3', 'hex').copy(header);
    Buffer.from('3fdd9a101b91f549a5d01791edc8aed8', 'hex').copy(header, 48);
    expect((await walk(header)).reasons).toEqual([]);
    expect((await walk(header.subarray(0, 900))).reasons).toEqual(['damaged']);
    header.writeUInt32LE(5000, 196);
    expect((await walk(header)).reasons).toEqual(['damaged']);
  });

  const returned = (base64: string): Buffer =>
    bytes(
      'From: a@example.org\r\nSubject: returned\r\n\r\nThe mail:\r\n\r\n--x\r\nContent-Type: image/png\r\n',
      `Content-Transfer-Encoding: base64\r\n\r\n${base64}`,
    );
  it('a mail returned as text, in the midst of its base64; not one that was returned cut', async () => {
    expect((await walk(returned('iVBORw0KGgoAAAAN\r\nSUhEUgAAA'), 'email')).reasons).toEqual(['damaged']);
    expect((await walk(returned('iVBORw0KGgoAAAAN\r\nSUhEUgAAA\r\n'), 'email')).reasons).toEqual([]);
  });

  it('not the fields of a mail that a report returns without the mail', async () => {
    const report = (text: string): Buffer =>
      bytes(
        'From: a@example.org\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; boundary=b\r\n\r\n',
        `--b\r\nContent-Type: text/rfc822-headers\r\n\r\n${text}\r\n--b--\r\n`,
      );
    const fields = 'From: b@example.org\r\nTo: c@example.org\r\nSubject: x\r\nMessage-ID: <1@b>';
    expect((await walk(report(fields), 'email')).reasons).toEqual([]);
  });

  describe('but for the last part of a mail that a report returns cut', () => {
    const report = (returned: Buffer): Buffer =>
      bytes(
        'From: a@example.org\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; boundary=b\r\n\r\n',
        ...['--b\r\nContent-Type: message/rfc822\r\n\r\n', returned, '\r\n--b--\r\n'],
      );
    const attached = (file: Buffer): string =>
      `--x\r\nContent-Type: a/b\r\nContent-Transfer-Encoding: base64\r\n\r\n${file.toString('base64')}\r\n`;
    const mail = (text: string): Buffer =>
      bytes('From: c@example.org\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n', text);
    const packed = gzipSync(needle);
    const cutFile = gzipSync(Buffer.concat([needle, Buffer.alloc(90)])).subarray(0, -12);

    it('which is cut', async () => {
      expect((await walk(report(mail(attached(cutFile))), 'email')).reasons).toEqual([]);
      const cutMail = mail(attached(packed));
      expect((await walk(report(cutMail.subarray(0, -10)), 'email')).reasons).toEqual([]);
    });

    it('within the header of a file in an archive', async () => {
      const zip = buildZip([
        { name: 'a.txt', bytes: needle },
        { name: 'b.txt', bytes: Buffer.alloc(90) },
      ]);
      const second = zip.indexOf('PK\x03\x04', 4, 'latin1');
      const { reasons, hasNeedle } = await walk(
        report(mail(attached(zip.subarray(0, second + 26)))),
        'email',
      );
      expect({ reasons, hasNeedle }).toEqual({ reasons: [], hasNeedle: true });
    });

    it('not another one, nor the last of a whole mail, nor of a mail that is returned by no report', async () => {
      const first = mail(attached(cutFile) + attached(packed));
      expect((await walk(report(first), 'email')).reasons).toEqual(['damaged']);
      expect((await walk(report(bytes(mail(attached(cutFile)), '--x--\r\n')), 'email')).reasons).toEqual([
        'damaged',
      ]);
      expect((await walk(mail(attached(cutFile)), 'email')).reasons).toEqual(['damaged']);
    });
  });

  it('but a script within a string gives what is there of it', async () => {
    const page = bytes(`<svg><script>var a = atob("${needle.toString('base64')}`);
    expect(await walk(page)).toEqual({ hasNeedle: true, reasons: [] });
  });
});
