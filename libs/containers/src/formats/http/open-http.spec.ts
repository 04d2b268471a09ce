import { brotliCompressSync, deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { mutate, randomFrom } from '../../testing/mutate.js';
import { openAll } from '../../testing/open-all.js';
import { walkObject } from '../../walk-object.js';
import { httpDetection } from './detect-http.js';
import { openHttp } from './open-http.js';

const needle = Buffer.from('a needle in a haystack');
const message = (fields: string, body: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\n${fields}\r\n`), body]);
const pieces = Buffer.from(
  `5;x=y\r\n${needle.toString().slice(0, 5)}\r\n11\r\n${needle.toString().slice(5)}\r\n0\r\n\r\n`,
);

describe('openHttp', () => {
  it.each([
    ['as it is', message('Server: x\r\n', needle)],
    ['without fields', Buffer.concat([Buffer.from('HTTP/1.0 200\n\n'), needle])],
    ['of version 2', Buffer.concat([Buffer.from('HTTP/2 200 \r\n\r\n'), needle])],
    ['in pieces', message('Transfer-Encoding: chunked\r\n', pieces)],
    ['said to be in pieces', message('Transfer-Encoding: chunked\r\n', needle)],
    ['packed', message('content-encoding: deflate\r\n', deflateSync(needle))],
    ['packed with Brotli', message('Content-Encoding: br\r\n', brotliCompressSync(needle))],
  ])('gives a body %s', async (_, bytes) => {
    expect(httpDetection.detect(bytes)).toMatchObject({ isCertain: false });
    const { parts, unexamined } = await openAll(openHttp, bytes);
    expect(parts.map((part) => part.bytes.toString())).toEqual([needle.toString()]);
    expect(unexamined).toEqual([]);
  });

  it('gives the files of a form', async () => {
    const form = `POST /x HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=b\r\n\r\n--b\r\nContent-Disposition: form-data; name="f"; filename="n"\r\n\r\n${needle.toString()}\r\n--b--\r\n`;
    const found: string[] = [];
    const { unexamined } = await walkObject(Buffer.from(form), {
      objectType: 'file',
      onPart: ({ bytes }) => void found.push(bytes.toString()),
      timeLimitMs: 600_000,
    });
    expect(found).toContain(needle.toString());
    expect(unexamined).toEqual([]);
  });

  it('ends a bomb at the bound, holds nothing against what is no message, and throws nothing else', async () => {
    const bomb = message('Content-Encoding: br\r\n', brotliCompressSync(Buffer.alloc(1_000_000)));
    expect((await openAll(openHttp, bomb, { limits: { maxPartBytes: 1000 } })).limit).toBe('maxPartBytes');
    expect(httpDetection.detect(Buffer.from('HTTP/1.1 is a protocol'))).toBeNull();
    expect((await openAll(openHttp, Buffer.from('HTTP/1.1 200 is what it answers'))).unexamined).toEqual([]);
    const random = randomFrom(6);
    const seed = message('Transfer-Encoding: chunked\r\n', pieces);
    for (let count = 0; count < 200; count += 1) await openAll(openHttp, mutate(seed, random));
  });
});
