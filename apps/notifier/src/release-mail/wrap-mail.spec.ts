import { describe, expect, it } from 'vitest';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { digestOfWrapped, wrapMail, type Wrapped } from './wrap-mail.js';

const from = 'postmaster@example.org';
const kept = 'From: joerg@example.com\r\nSubject: Invoice\r\n\r\nGrüße\r\n';
const release: Wrapped = {
  id: '5f0c8a52-6f2e-4d1c-9f43-0d7c0c1f6a11',
  subject: 'Invoice',
  recipients: ['anna@example.org'],
  operator: 'Jörg',
  createdAt: new Date('2026-11-26T06:00:00Z'),
};
const stream = () => Readable.from([Buffer.from(kept)], { objectMode: false });
const mail = {
  kind: 'kept',
  sizeBytes: Buffer.byteLength(kept),
  hasEightBits: true,
  read: () => Promise.resolve(stream()),
} as const;
const sourceOf = (changes: Partial<Wrapped> = {}) =>
  text(wrapMail({ ...release, ...changes }, stream(), from));

describe('a mail that bears a released one', () => {
  it('is the same for every attempt, and so is its digest', async () => {
    expect(await sourceOf()).toBe(await sourceOf());
    const digest = await digestOfWrapped(release, mail, from);
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(await digestOfWrapped(release, mail, from)).toBe(digest);
    expect(await digestOfWrapped({ ...release, id: 'another' }, mail, from)).not.toBe(digest);
  });

  it('bears the mail as it was and says who released it', async () => {
    const source = await sourceOf();
    expect(source).toContain(kept);
    expect(source).toMatch(/^To: anna@example\.org\r$/m);
    expect(source).toMatch(/^Message-ID: <release-5f0c8a52-6f2e-4d1c-9f43-0d7c0c1f6a11@example\.org>\r$/m);
    expect(source).toMatch(/^Auto-Submitted: auto-generated\r$/m);
  });

  it('names none of several recipients: some may have been blind', async () => {
    const source = await sourceOf({ recipients: ['anna@example.org', 'berta@example.org'] });
    expect(source).toMatch(/^To: "undisclosed-recipients":;\r$/m);
    expect(source).not.toMatch(/anna|berta/);
  });

  it('ends with the error of the store when that breaks off', async () => {
    const broken = new Readable({ read: () => broken.destroy(new Error('gone')) });
    await expect(
      digestOfWrapped(release, { ...mail, read: () => Promise.resolve(broken) }, from),
    ).rejects.toThrow('gone');
  });
});
