import { describe, expect, it } from 'vitest';
import PostalMime from 'postal-mime';
import { Readable } from 'node:stream';
import { readHead, writeRefusal } from './write-refusal.js';

const [anna, berta] = ['anna@example.org', 'berta@example.org'];
const refusal = {
  id: '00000000-0000-4000-8000-000000000001',
  pending: ['joerg@example.com'],
  undelivered: [anna, berta],
  createdAt: new Date('2026-11-26T12:00:00Z'),
  heldAt: new Date('2026-11-25T08:30:00Z'),
};
const head = Buffer.from('From: joerg@example.com\r\nSubject: Invoice\r\n folded');
const write = (changes: Partial<typeof refusal> = {}, of = head) =>
  writeRefusal({ ...refusal, ...changes }, of, 'postmaster@mx.example.org').toString('latin1');

async function partsOf(source: string): Promise<Record<string, string>> {
  const { attachments, text = '' } = await PostalMime.parse(source, { forceRfc822Attachments: true });
  const others = attachments.map(({ mimeType, content }) => [
    mimeType,
    typeof content === 'string' ? content : Buffer.from(new Uint8Array(content)).toString('latin1'),
  ]);
  // The parser has line ends of its own.
  return Object.fromEntries(
    [['text/plain', text], ...others].map(([type, of = '']) => [type, of.replaceAll('\r\n', '\n')]),
  ) as Record<string, string>;
}

describe('word to a sender that its mail is refused', () => {
  it('is a report of three parts: for people, for programs, and the headers of the mail', async () => {
    const source = write();
    expect(source).toContain('multipart/report; report-type=delivery-status;');
    expect(source).toMatch(/^To: <joerg@example\.com>$/m);
    expect(source).toMatch(/^Auto-Submitted: auto-replied\r$/m);
    expect(source).toMatch(/^Date: Thu, 26 Nov 2026 12:00:00 \+0000\r$/m);
    const parts = await partsOf(source);
    expect(parts['text/plain']).toContain(`  ${anna}\n  ${berta}\n`);
    expect(parts['message/delivery-status']?.trim().split('\n')).toEqual([
      'Reporting-MTA: dns; mx.example.org',
      'Arrival-Date: Wed, 25 Nov 2026 08:30:00 +0000',
      '',
      ...[`Final-Recipient: rfc822; ${anna}`, 'Action: failed', 'Status: 5.7.1', ''],
      ...[`Final-Recipient: rfc822; ${berta}`, 'Action: failed', 'Status: 5.7.1'],
    ]);
    expect(parts['text/rfc822-headers']?.trim()).toBe(head.toString().replaceAll('\r\n', '\n'));
  });
  it('is the same for each attempt', () => expect(write()).toBe(write()));
  it.each([
    ['bytes that are no ASCII', 'Subject: Grüße'],
    ['a line that is too long', `X: ${'x'.repeat(2000)}`],
    ['a NUL', 'X: \0'],
  ])('shows headers with %s, and stays ASCII in lines that every server takes', async (_what, text) => {
    const source = write({}, Buffer.from(text));
    expect(source).not.toMatch(/[^\t\r\n\x20-\x7e]/);
    expect(Math.max(...source.split('\r\n').map(({ length }) => length))).toBeLessThanOrEqual(998);
    const shown = (await partsOf(source))['text/rfc822-headers'];
    expect(shown?.trim()).toBe(Buffer.from(text).toString('latin1').trim());
  });
  it('lets no address write a header or a part', async () => {
    const evil = 'a\r\nBcc: x@y>\r\n--=_refusal@example.org';
    const source = write({ pending: [evil], undelivered: [evil, 'jörg@example.org'] });
    expect(source).not.toMatch(/^Bcc/m);
    const status = (await partsOf(source))['message/delivery-status'];
    expect(status).toContain('Final-Recipient: utf-8; j\\x{F6}rg@example.org');
    expect(status?.match(/^Final-Recipient/gm)).toHaveLength(2);
  });
  it('writes quoted addresses as they are', async () => {
    const quoted = ['"anna b"@example.org', '"an\\"na"@example.org'];
    const source = write({ pending: ['"j x"@example.com'], undelivered: quoted });
    expect(source).toMatch(/^To: <"j x"@example\.com>\r$/m);
    const status = (await partsOf(source))['message/delivery-status'];
    for (const one of quoted) expect(status).toContain(`Final-Recipient: rfc822; ${one}`);
  });
});

describe('the headers of a mail', () => {
  const read = async (...pieces: readonly string[]) =>
    (await readHead(Readable.from(pieces.map((one) => Buffer.from(one))))).toString();
  it('end at the empty line, wherever pieces do', async () => {
    expect(await read('A: 1\r\nB: 2\r', '\n\r\nbody\r\n\r\nmore')).toBe('A: 1\r\nB: 2');
    expect(await read('A: 1\nB: 2\n\nbody')).toBe('A: 1\nB: 2');
    expect(await read('A: 1')).toBe('A: 1');
    expect(await read()).toBe('');
  });
  it('are cut between lines when there are too many', async () => {
    const shown = await read(
      ...Array.from({ length: 5000 }, (_, at) => `X-${at}: ${'x'.repeat(20)}\r\n`),
      '\r\n',
    );
    expect(shown.length).toBeLessThanOrEqual(32 * 1024);
    expect(shown.length).toBeGreaterThan(31 * 1024);
    expect(shown).toMatch(/: x{20}\r?$/);
  });
});
