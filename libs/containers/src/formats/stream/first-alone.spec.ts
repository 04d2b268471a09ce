import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { archiveSample } from '../../testing/archive-samples.js';
import { buildTar, buildZip } from '../../testing/build-containers.js';
import { needle, walk } from '../../testing/walk-for-needle.js';

/** A frame of LZ4 with one block as it is, without checksums (lz4_Frame_format.md). */
function lz4(content: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32LE((content.length | 0x80000000) >>> 0);
  return Buffer.concat([Buffer.from('04224d18604082', 'hex'), size, content, Buffer.alloc(4)]);
}

const hay = Buffer.alloc(5000, 'hay ');

/** Behind an empty one. */
const bzip2 = archiveSample('bz2-two').subarray(14);

describe('the first of several streams', () => {
  const streams: readonly (readonly [name: string, first: Buffer, second: Buffer])[] = [
    ['gzip', gzipSync(needle), gzipSync(hay)],
    ['LZ4', lz4(needle), lz4(hay)],
    ['bzip2', bzip2, bzip2],
    ...(['xz-x86-filter', 'zst', 'lzip'] as const).map(
      (name) => [name, archiveSample(name), archiveSample(name)] as const,
    ),
  ];
  it.each(streams)('of %s is given beside the whole', async (_, first, second) => {
    const alone = await walk(first);
    const { found, paths, unexamined } = await walk(Buffer.concat([first, second]));
    expect(unexamined).toEqual([]);
    expect(found).toEqual(alone.found);
    expect(paths).toEqual(['', 'content', 'content']);
  });

  const inThree = (bytes: Buffer): Buffer => {
    const third = Math.ceil(bytes.length / 3);
    return Buffer.concat([0, 1, 2].map((at) => gzipSync(bytes.subarray(at * third, (at + 1) * third))));
  };
  const zip = buildZip([{ name: 'a.bin', bytes: randomBytes(3000) }]);
  const attached = `From: a@b.example\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n
--b\nContent-Type: text/plain\n\nhi\n--b\nContent-Type: application/zip
Content-Transfer-Encoding: base64\n\n${zip.toString('base64').replaceAll(/.{76}/g, '$&\n')}\n--b--\n`;
  const from = `From a@b.example Sat Nov 28 12:00:00 2026\n`;
  it.each([
    ['a mailbox', Buffer.from(`${from}${attached}\n${from}${attached}`)],
    ['a page', Buffer.from(`<html><body><a href="data:application/zip;base64,${zip.toString('base64')}">`)],
    ['a script', Buffer.concat([Buffer.from('#!/bin/sh\nexit\n'), archiveSample('7z-ppmd')])],
  ])('holds nothing against its last file when it is the beginning of %s', async (_, bytes) => {
    expect((await walk(bytes)).unexamined).toEqual([]);
    expect((await walk(inThree(bytes))).unexamined).toEqual([]);
  });

  it('is held for what is damaged before its last file', async () => {
    const box = Buffer.from(`${from}${attached.slice(0, -300)}\n${from}${attached}`);
    expect((await walk(inThree(Buffer.concat([box, box])))).unexamined.length).toBeGreaterThan(0);
  });

  it('may be the beginning of a tar', async () => {
    const tar = buildTar([{ name: 'a', bytes: hay }]);
    const bytes = Buffer.concat([gzipSync(tar.subarray(0, 1000)), gzipSync(tar.subarray(1000))]);
    expect((await walk(bytes)).unexamined).toEqual([]);
  });
});
