import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { buildMail, buildZip } from './testing/build-containers.js';
import { madeArchive } from './testing/made-archives.js';
import { needleFile, walk } from './testing/walk-for-needle.js';

describe('walkObject, of mail,', () => {
  it('tells the headers of a mail, cleaned', async () => {
    expect((await walk(buildMail([]))).mail).toEqual({
      from: 'sender@example.com',
      to: ['one@example.com', 'two@example.com'],
      cc: [],
      subject: 'äöü',
      messageId: '<id@example.com>',
    });
  });

  it('tells whom a mail names, in To and in Cc', async () => {
    const mail =
      'From: a@example.org\r\nTo: b@example.org\r\nCc: C <c@example.org>,\r\n g: d@example.org;\r\n\r\nx';
    expect((await walk(Buffer.from(mail), { objectType: 'email' })).mail).toMatchObject({
      to: ['b@example.org'],
      cc: ['c@example.org', 'd@example.org'],
    });
  });

  it('opens as mail whatever was submitted as mail, however damaged', async () => {
    const damaged = Buffer.concat([Buffer.from('no header here\n'), randomBytes(2000)]);
    expect(await walk(damaged, { objectType: 'email' })).toMatchObject({
      detectedType: 'message/rfc822',
      unexamined: [],
    });
    const cut = buildMail([{ name: 'big.bin', bytes: randomBytes(10_000) }]).subarray(0, 5000);
    expect((await walk(cut, { objectType: 'email' })).unexamined).toMatchObject([{ reason: 'damaged' }]);
  });

  it('opens what is said to be mail and certainly is something else as what it is', async () => {
    const zip = buildZip([needleFile]);
    expect((await walk(zip, { objectType: 'email' })).found).toEqual(['needle.txt']);
    expect((await walk(buildMail([{ name: 'a.eml', bytes: zip }]))).found).toEqual(['a.eml > needle.txt']);
    const fromLine = Buffer.concat([Buffer.from('From somebody now\n'), buildMail([needleFile])]);
    const mailbox = await walk(fromLine, { objectType: 'email' });
    expect(mailbox.found).toEqual(['message 1 > needle.txt']);
    expect(mailbox.mail?.subject).toBe('äöü');
  });

  it('counts parts by the boundaries a mail declares, and by nothing that only looks so', async () => {
    const report = await walk(buildMail([], '-- a comment in SQL\r\n'.repeat(20_000)));
    expect(report.unexamined).toEqual([]);
  });
});

describe('an encrypted archive in a mail', () => {
  const sealed = { name: 'a.zip', bytes: madeArchive('encrypted zip') };

  it('is opened with the word that the mail announces, and that is counted', async () => {
    const mail = buildMail([sealed], 'The password is: secret.');
    const seen = await walk(mail, { objectType: 'email' });
    expect(seen.found).toEqual(['a.zip > needle.txt']);
    expect(seen).toMatchObject({ unexamined: [], unsealedCount: 1 });
  });

  it('is opened with a word of the mail around the mail it is in', async () => {
    const inner = { name: 'inner.eml', bytes: buildMail([sealed], 'no word') };
    const seen = await walk(buildMail([inner], 'pw: secret'), { objectType: 'email' });
    expect(seen.found).toEqual(['inner.eml > a.zip > needle.txt']);
  });

  it('is not opened with a word of another mail', async () => {
    const other = { name: 'other.eml', bytes: buildMail([], 'password: secret') };
    const inner = { name: 'inner.eml', bytes: buildMail([sealed], 'no word') };
    const seen = await walk(buildMail([other, inner], 'no word'), { objectType: 'email' });
    expect(seen.found).toEqual([]);
    expect(seen).toMatchObject({ unexamined: [{ reason: 'encrypted' }], unsealedCount: 0 });
  });
});
