import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openAll } from '../../testing/open-all.js';
import { swfDetection } from '../seven-zip/detect-archives.js';
import { openSwf } from './open-swf.js';

const movie = Buffer.from('a film that says needle somewhere, and more of it');

/** Version 9; the size is that of the unpacked film with its header. */
function packed(body: Buffer): Buffer {
  const header = Buffer.from('CWS\u0009\0\0\0\0', 'latin1');
  header.writeUInt32LE(8 + movie.length, 4);
  return Buffer.concat([header, body]);
}

describe('a packed Flash film', () => {
  it('is unpacked', async () => {
    expect(swfDetection.detect(packed(deflateSync(movie)))?.isCertain).toBe(true);
    const { parts, unexamined } = await openAll(openSwf, packed(deflateSync(movie)));
    expect(parts.map(({ label }) => label)).toEqual(['film', 'body of the film']);
    expect(parts[1]?.bytes.equals(movie)).toBe(true);
    expect(unexamined).toEqual([]);
  });

  it('gives the files it embeds', async () => {
    const file = Buffer.from('any file');
    const tag = Buffer.alloc(12);
    tag.writeUInt16LE((87 << 6) | 0x3f, 0);
    tag.writeUInt32LE(6 + file.length, 2);
    // A rectangle of five bits, a rate, a count; one tag, the end.
    const body = Buffer.concat([Buffer.from([0, 0, 12, 1, 0]), tag, file, Buffer.alloc(2)]);
    const header = Buffer.from('CWS\u0009\0\0\0\0', 'latin1');
    header.writeUInt32LE(8 + body.length, 4);
    const { parts } = await openAll(openSwf, Buffer.concat([header, deflateSync(body)]));
    expect(parts.map(({ bytes }) => bytes.toString())).toContain('any file');
  });

  it('is damaged when it is cut', async () => {
    const whole = packed(deflateSync(movie));
    const { unexamined } = await openAll(openSwf, whole.subarray(0, whole.length - 20));
    expect(unexamined.map(({ reason }) => reason)).toEqual(['damaged']);
  });
});
