import { deflateSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { openAll } from '../../testing/open-all.js';
import { archiveOpeners } from '../archive-openers.js';
import { swfDetection } from './detect-archives.js';

const openSwf = archiveOpeners.swf;

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
    expect(parts.map(({ bytes }) => bytes.includes('needle'))).toEqual([true]);
    expect(unexamined).toEqual([]);
  });

  it('is damaged when it is cut', async () => {
    const whole = packed(deflateSync(movie));
    const { unexamined } = await openAll(openSwf, whole.subarray(0, whole.length - 20));
    expect(unexamined.map(({ reason }) => reason)).toEqual(['damaged']);
  });
});
