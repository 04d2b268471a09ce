import { describe, expect, it } from 'vitest';
import { Readable } from 'node:stream';
import { WithoutOwnHeaders } from './without-own-headers.js';

async function passed(text: string, chunkBytes = text.length): Promise<string> {
  const bytes = Buffer.from(text, 'latin1');
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunkBytes) }, (_, at) =>
    bytes.subarray(at * chunkBytes, (at + 1) * chunkBytes),
  );
  const through = Readable.from(chunks, { objectMode: false }).pipe(new WithoutOwnHeaders());
  const out: Buffer[] = [];
  for await (const chunk of through as AsyncIterable<Buffer>) out.push(chunk);
  return Buffer.concat(out).toString('latin1');
}

const mail = (...head: readonly string[]): string =>
  [...head, '', 'X-Sluice-Verdict: in the body', '\xfc\x00', ''].join('\r\n');

describe('a mail that is passed on without headers of ours', () => {
  it.each([
    [
      [
        'X-Sluice-Verdict: clean',
        'From: a',
        'x-sluice-details: one',
        '\ttwo',
        ' three',
        'Subject: s',
        '\tX-Sluice-x: fold',
      ],
      ['From: a', 'Subject: s', '\tX-Sluice-x: fold'],
    ],
    [['From: a', 'X-Sluice-Verdict: clean'], ['From: a']],
    [
      ['From: X-Sluice-Verdict: clean', 'Not-X-Sluice-Verdict: x'],
      ['From: X-Sluice-Verdict: clean', 'Not-X-Sluice-Verdict: x'],
    ],
  ])('%j', async (before, after) => {
    expect(await passed(mail(...before))).toBe(mail(...after));
  });

  it('is the same however it is cut into chunks', async () => {
    const text = mail('From: a', 'X-Sluice-Verdict: clean', '\tfolded', 'Subject: s');
    for (let size = 1; size < text.length; size += 1)
      expect(await passed(text, size)).toBe(mail('From: a', 'Subject: s'));
  });

  it.each([
    '',
    'no head at all',
    '\r\nX-Sluice-Verdict: body',
    'From: a\nSubject: s\n\nX-Sluice-Verdict: body\n',
  ])('stays as it is where there is nothing to take out: %j', async (text) => {
    for (let size = 1; size <= text.length; size += 1) expect(await passed(text, size)).toBe(text);
  });

  it('ends with its head when it has no body', async () => {
    expect(await passed('From: a\r\nX-Sluice-Verdict: clean')).toBe('From: a\r\n');
  });

  it('takes no longer for a head that is one long line', async () => {
    const text = `X-Sluice-Verdict: ${'a\r\n\t'.repeat(400_000)}`;
    expect(await passed(text, 65_536)).toBe('');
  });
});
