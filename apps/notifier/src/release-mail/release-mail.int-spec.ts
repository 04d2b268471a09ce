import { describe, expect, it } from 'vitest';
import { MailDigest } from '@sluice/object-store';
import { until } from '@sluice/timing';
import { refusal } from '@sluice/tool-acceptance/receivers';
import PostalMime from 'postal-mime';
import { anna, berta, original, useMailReleases } from '../testing/use-mail-releases.js';

function digestOf(source: string): string {
  const digest = new MailDigest();
  digest.write(Buffer.from(source));
  return digest.end();
}

const on = useMailReleases();
const { ended, receive, release, rowOf, start } = on;

describe('mail that an operator released', () => {
  it.each([
    ['no recipient’s', { recipients: [''] }],
    ['a recipient’s that goes on', { recipients: ['a@example.org>\r\nRCPT TO:<b@example.org'] }],
    ['a sender’s that goes on', { mail_from: 'a@example.org>\r\nRCPT TO:<b@example.org' }],
  ])(
    'is refused for an address that is %s, and the receiver is not taken for away',
    async (_what, changes) => {
      await receive();
      const id = await release(changes);
      start();
      await until(async () => (await rowOf(id)).state === 'refused');
      expect(on.receiver.mails).toEqual([]);
      expect((await rowOf(id)).answers).toEqual([expect.objectContaining({ outcome: 'refused' })]);
    },
  );

  it.each([
    ['"a\\"b"@example.org', "o'hara+x=y@example.com"],
    ['jörg@example.org', 'joerg@[192.0.2.1]'],
  ])('arrives at %s from %s, which no one takes for others', async (recipient, sender) => {
    await receive();
    start();
    const id = await release({ recipients: [recipient], mail_from: sender });
    expect(await ended(id)).toMatchObject({ state: 'delivered', answers: [{ recipient, outcome: 'taken' }] });
    expect(on.receiver.mails).toMatchObject([{ from: sender, to: [recipient] }]);
  });

  it('arrives once with its envelope, byte by byte', async () => {
    await receive();
    start();
    const id = await release({ recipients: [anna, berta] });
    expect(await ended(id)).toMatchObject({
      state: 'delivered',
      attempts: 1,
      answers: [
        { recipient: anna, outcome: 'taken', answer: '250 taken as 1' },
        { recipient: berta, outcome: 'taken' },
      ],
    });
    expect(on.receiver.mails).toMatchObject([
      { from: 'joerg@example.com', to: [anna, berta], source: original },
    ]);
  });

  it('has the null sender when it had none', async () => {
    await receive();
    start();
    await ended(await release({ mail_from: '' }));
    expect(on.receiver.mails).toMatchObject([{ from: '', to: [anna] }]);
  });

  it('comes attached to a mail that says so, when that was asked for', async () => {
    await receive();
    start();
    const id = await release({ form: 'attachment', recipients: [berta] });
    await ended(id);
    expect(on.receiver.mails).toMatchObject([{ from: 'postmaster@example.org', to: [berta] }]);
    const mail = await PostalMime.parse(on.receiver.mails[0]!.source, { forceRfc822Attachments: true });
    expect(mail).toMatchObject({ subject: 'Released from quarantine: Invoice', to: [{ address: berta }] });
    // What a mail sensor would have asked about.
    expect(await on.fixture.rows('SELECT wrapper_digest FROM ledger.releases WHERE id = $1', [id])).toEqual([
      { wrapper_digest: digestOf(on.receiver.mails[0]!.source) },
    ]);
    const inner = mail.attachments[0]!;
    expect(inner).toMatchObject({ mimeType: 'message/rfc822', filename: 'message.eml' });
    // The parser has line ends of its own.
    const text = Buffer.from(inner.content as ArrayBuffer).toString('utf8');
    expect(text.trimEnd()).toBe(original.replaceAll('\r\n', '\n').trimEnd());
  });

  it('that is held and refused is reported to its sender, from the null sender, even when it is gone', async () => {
    await receive();
    const refused = { form: 'refusal', mail_from: '', recipients: ['joerg@example.com'] };
    const ids = [await release(refused), await release({ ...refused, object_key: 'e'.repeat(32) })];
    await on.fixture.rows('UPDATE ledger.releases SET undelivered = $1, held_at = clock_timestamp()', [
      [anna, berta],
    ]);
    start();
    for (const id of ids) expect(await ended(id)).toMatchObject({ state: 'delivered', attempts: 1 });
    const sources = on.receiver.mails.map(({ from, to, source }) => {
      expect([from, to]).toEqual(['', ['joerg@example.com']]);
      return source;
    });
    for (const source of sources) {
      expect(source).toContain('report-type=delivery-status');
      expect(source).toContain(`Final-Recipient: rfc822; ${berta}`);
      expect(source).not.toContain('Grüße');
    }
    expect(sources.filter((source) => source.includes('Message-ID: <17@example.com>'))).toHaveLength(1);
  });

  it('is answered for each recipient, and asked again only for those that were put off', async () => {
    let isGreylisting = true;
    const refuse = {
      get [anna]() {
        return isGreylisting ? 450 : undefined;
      },
      'none@example.org': 550,
    } as Record<string, number>;
    await receive({ refuse });
    start();
    const id = await release({ recipients: [anna, berta, 'none@example.org'] });
    const first = await until(async () => {
      const row = await rowOf(id);
      return row.attempts === 1 && row;
    });
    expect(first).toMatchObject({ state: 'waiting', pending: [anna] });
    isGreylisting = false;
    await on.fixture.rows('UPDATE ledger.releases SET due_at = clock_timestamp()');
    const row = await ended(id);
    expect(row).toMatchObject({ state: 'refused', attempts: 2 });
    expect(Object.fromEntries(row.answers.map((one) => [one.recipient, one.outcome]))).toEqual({
      [anna]: 'taken',
      [berta]: 'taken',
      'none@example.org': 'refused',
    });
    expect(on.receiver.mails.map(({ to }) => to)).toEqual([[berta], [anna]]);
  });

  it('is refused with the answer when the receiver refuses its content', async () => {
    await receive({ onData: () => refusal(554, '5.7.1 we do not want this') });
    start();
    expect(await ended(await release())).toMatchObject({
      state: 'refused',
      answers: [{ recipient: anna, outcome: 'refused', answer: '554 5.7.1 we do not want this' }],
    });
  });
});
