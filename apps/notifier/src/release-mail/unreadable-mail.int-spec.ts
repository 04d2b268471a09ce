import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { addQuarantineKey } from '@sluice/object-store';
import { until } from '@sluice/timing';
import { MailReceiver } from '@sluice/tool-acceptance/receivers';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { ReleaseFixture } from '../testing/release-fixture.js';

const mailOf = (subject: string): string =>
  `From: joerg@example.com\r\nSubject: ${subject}\r\nMessage-ID: <${subject}@example.com>\r\n\r\nGrüße\r\n`;

interface Row {
  readonly state: string;
  readonly answers: readonly { readonly outcome: string; readonly answer: string }[];
}

/** A notifier's process that runs on, while its operator changes files. */
describe('a mail that is released and cannot be read', () => {
  let fixture: ReleaseFixture;
  let receiver: MailReceiver;
  let log: string;
  beforeAll(async () => {
    fixture = await ReleaseFixture.start();
    receiver = await MailReceiver.start();
  });
  beforeEach(async () => {
    await fixture.database.query('TRUNCATE ledger.releases');
    receiver.mails.length = 0;
    log = '';
  });
  afterEach(() => fixture.killAll());
  afterAll(async () => {
    await fixture?.stop();
    await receiver?.stop();
  });

  const start = () => fixture.startNotifier(receiver.port, (text) => (log += text));
  const rows = async (): Promise<Row[]> =>
    (await fixture.database.query<Row>('SELECT state, answers FROM ledger.releases ORDER BY seq')).rows;
  const isDue = () =>
    fixture.database.query("UPDATE ledger.releases SET due_at = clock_timestamp() WHERE state = 'waiting'");
  const putOff = () => until(async () => (await rows()).find(({ answers }) => answers.length > 0));
  const arrived = (count: number) => until(() => receiver.mails.length >= count);
  /** What the notifier sealed and opens with from now on; the text of the file before. */
  async function rotate({ isOldKept }: { readonly isOldKept: boolean }): Promise<string> {
    const before = await readFile(fixture.keysFile, 'utf8');
    const { privatePems, publicPem } = addQuarantineKey(isOldKept ? before : '');
    await writeFile(fixture.keysFile, privatePems);
    await writeFile(fixture.publicKeyFile, publicPem);
    return before;
  }

  it('arrives after a new key, by the process that read the file before, with what is sealed since', async () => {
    start();
    await fixture.release([await fixture.keep(mailOf('first'))]);
    await arrived(1);
    const old = await fixture.keep(mailOf('old'));
    await rotate({ isOldKept: true });
    await fixture.release([old, await fixture.keep(mailOf('young'))]);
    await arrived(3);
    const sources = receiver.mails.map(({ source }) => source).sort();
    expect(sources).toEqual([mailOf('first'), mailOf('old'), mailOf('young')]);
  });

  it('waits while its key is not in the file, says which is to be put where, and arrives when it is', async () => {
    const old = await fixture.keep(mailOf('old'));
    const before = await rotate({ isOldKept: false });
    start();
    await fixture.release([old, await fixture.keep(mailOf('young'))]);
    await arrived(1);
    const { state, answers } = await putOff();
    const said = new RegExp(
      `^sealed for key [0-9a-f]{16}, and it is not in ${fixture.keysFile}: put that key back there`,
    );
    expect([state, answers]).toEqual(['waiting', [expect.objectContaining({ outcome: 'later' })]]);
    expect(answers[0]?.answer).toMatch(said);
    await until(() => log.includes('a kept mail cannot be read, its release waits'));
    expect(log).toContain('put that key back there');
    await writeFile(fixture.keysFile, (await readFile(fixture.keysFile, 'utf8')) + before);
    await isDue();
    await arrived(2);
    expect(receiver.mails.map(({ source }) => source).sort()).toEqual([mailOf('old'), mailOf('young')]);
  });

  it.each<[string, (file: string) => Promise<void>]>([
    ['there is no file of keys', (file) => rm(file)],
    ['the file of keys is empty', (file) => writeFile(file, '')],
  ])('waits while %s, and arrives when it is back, without a restart', async (_what, lose) => {
    const old = await fixture.keep(mailOf('old'));
    const before = await readFile(fixture.keysFile, 'utf8');
    onTestFinished(() => writeFile(fixture.keysFile, before));
    await lose(fixture.keysFile);
    start();
    await fixture.release([old]);
    expect((await putOff()).answers[0]?.answer).toMatch(
      /^sealed for key [0-9a-f]{16}, and .* cannot be read .*: put that key back there/,
    );
    await writeFile(fixture.keysFile, before);
    await isDue();
    await arrived(1);
    expect(receiver.mails.map(({ source }) => source)).toEqual([mailOf('old')]);
  });

  it('is not taken for gone while the folder of the objects is, as of a disk that is not mounted', async () => {
    const one = await fixture.keep(mailOf('one'));
    const [here, away] = [fixture.objectFolder, `${fixture.objectFolder}.away`];
    await rename(here, away);
    const comeBack = () => rename(away, here);
    // It is back already, unless the test failed.
    onTestFinished(() => comeBack().catch(() => undefined));
    start();
    await fixture.release([one]);
    expect(await putOff()).toMatchObject({
      state: 'waiting',
      answers: [{ answer: expect.stringMatching(/^the object store cannot be read: .* is no object store/) }],
    });
    await comeBack();
    await isDue();
    await arrived(1);
    expect(receiver.mails.map(({ source }) => source)).toEqual([mailOf('one')]);
  });

  it('is reported to its sender a day after it was refused, without its headers', async () => {
    const old = await fixture.keep(mailOf('old'));
    await rotate({ isOldKept: false });
    await fixture.release([old]);
    await fixture.database.query(
      `UPDATE ledger.releases SET form = 'refusal', mail_from = '', undelivered = recipients, held_at = created_at`,
    );
    start();
    await putOff();
    expect(receiver.mails).toEqual([]);
    await fixture.database.query(`UPDATE ledger.releases SET created_at = created_at - interval '25 hours'`);
    await isDue();
    await arrived(1);
    expect(receiver.mails[0]?.source).toContain('report-type=delivery-status');
    expect(receiver.mails[0]?.source).not.toContain('Subject: old');
  });
});
