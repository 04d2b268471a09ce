import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  ledgerRpc,
  mailIdentity,
  mailScanName,
  type AcceptItem,
  type QuarantineOutcome,
} from '@sluice/contracts';
import { openObjectStore } from '@sluice/object-store';
import { createLogger } from '@sluice/runtime';
import { until } from '@sluice/timing';
import { AcceptScans } from '../accept-scans/accept-scans.service.js';
import { KeepObjects } from '../keep-objects/keep-objects.service.js';
import { prepareVerdict } from '../record-verdicts/prepare-verdict.js';
import { RecordVerdicts } from '../record-verdicts/record-verdicts.service.js';
import { ReleaseMail } from '../release-mail/release-mail.service.js';
import { itemOf, LedgerFixture, verdictOf, type System } from '../testing/ledger-fixture.js';
import { EndHolds } from './end-holds.service.js';
import { HoldMail } from './hold-mail.service.js';
import { RefuseHeld } from './refuse-held.service.js';
import { noSharedFiles } from '../testing/files-of-their-own.js';

const logger = createLogger({ service: 'test', instance: 't', level: 'silent' });
const recipients = ['anna@example.org', 'berta@example.org'];
const mailFrom = 'joerg@example.com';
/** Each race is run as often: one order alone would prove nothing. */
const rounds = 25;

/** Each asks over a connection of its own, at the same moment. */
describe('a held mail of which two want something at once', () => {
  let ledger: LedgerFixture;
  let mailServer: System;
  let folder: string;
  let store: Awaited<ReturnType<typeof openObjectStore>>;
  let holds: HoldMail;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sluice-races-'));
    store = await openObjectStore(`file://${folder}`);
    ledger = await LedgerFixture.create();
    holds = new HoldMail({ database: ledger.database, store, shared: noSharedFiles, count: () => undefined });
  });
  afterAll(async () => {
    await ledger.close();
    await store.close();
    await rm(folder, { recursive: true });
  });
  beforeEach(async () => {
    await ledger.clear();
    await ledger.liftLimits();
    mailServer = await ledger.addSystem({ type: 'mail' });
  });

  async function keep(sha256?: string): Promise<AcceptItem> {
    const writer = await store.create();
    await writer.write(Buffer.from('bytes'));
    await writer.commit();
    const item = itemOf(mailServer, {
      objectType: 'email',
      mailFrom,
      rcptTo: [...recipients],
      objectKey: writer.key,
      ...(sha256 !== undefined && { sha256 }),
    });
    const identity = mailIdentity(item.sha256, { mailFrom, rcptTo: item.rcptTo });
    const named = { ...item, scanId: mailScanName(createHash('sha256').update(identity).digest('hex')) };
    await new AcceptScans(ledger.database).accept([named]);
    await new RecordVerdicts(ledger.database, () => undefined).record(
      prepareVerdict(verdictOf(named, 'error')),
    );
    return named;
  }
  const hold = (item: AcceptItem) =>
    holds.hold({ registrationId: item.registrationId, scanId: item.scanId ?? '' });
  async function held(): Promise<AcceptItem> {
    const item = await keep();
    expect(await hold(item)).toMatchObject({ outcome: 'held' });
    return item;
  }
  const releases = () => new ReleaseMail(ledger.database, store, logger, noSharedFiles);
  const release = async ({ submissionId }: AcceptItem, operator = 'ann') =>
    releases().release({
      submissionIds: [submissionId],
      operator,
      operatorKind: 'operator',
      form: 'original',
      to: null,
      changeId: await ledger.announced(ledgerRpc.releaseMail),
    });
  const refuse = async ({ submissionId }: AcceptItem) =>
    new RefuseHeld(ledger.database).refuse({
      submissionIds: [submissionId],
      operator: 'bob',
      changeId: await ledger.announced(ledgerRpc.refuseHeld),
    });
  const remove = async ({ submissionId }: AcceptItem) =>
    releases().delete({
      submissionIds: [submissionId],
      operator: 'bob',
      changeId: await ledger.announced(ledgerRpc.deleteKept),
    });
  const inFlight = async ({ submissionId }: AcceptItem) =>
    (
      await ledger.rows<{ form: string }>('SELECT form FROM ledger.releases WHERE submission_id = $1', [
        submissionId,
      ])
    ).map(({ form }) => form);
  const isStored = async (item: AcceptItem): Promise<boolean> => {
    for await (const { key } of store.list()) if (key === item.objectKey) return true;
    return false;
  };
  const past = ({ submissionId }: AcceptItem) =>
    ledger.rows(
      `UPDATE ledger.kept_objects SET kept_until = clock_timestamp() - interval '1 s' WHERE submission_id = $1`,
      [submissionId],
    );
  const race = async (
    first: (item: AcceptItem) => Promise<readonly QuarantineOutcome[]>,
    second: (item: AcceptItem) => Promise<readonly QuarantineOutcome[]>,
  ) => {
    const item = await held();
    const answers = await Promise.all([first(item), second(item)]);
    return { item, answers: answers.flat() };
  };

  it('is released once, whichever of two operators was first', async () => {
    for (let round = 0; round < rounds; round += 1) {
      const { item, answers } = await race(release, (one) => release(one, 'bob'));
      expect([...answers].sort()).toEqual(['conflict', 'done']);
      expect(await inFlight(item)).toEqual(['original']);
    }
  });

  it('is released or refused, never both', async () => {
    const seen = new Set<string>();
    for (let round = 0; round < rounds; round += 1) {
      // Whoever asks first has an advantage: each does in turn.
      const { item, answers } = await (round % 2 === 0 ? race(release, refuse) : race(refuse, release));
      const forms = await inFlight(item);
      expect([answers.filter((one) => one === 'done'), forms]).toEqual([['done'], [expect.any(String)]]);
      seen.add(forms.join());
    }
    expect([...seen].sort()).toEqual(['original', 'refusal']);
  });

  it('is released with its object there, or deleted with nothing on its way', async () => {
    for (let round = 0; round < rounds; round += 1) {
      const { item, answers } = await (round % 2 === 0 ? race(release, remove) : race(remove, release));
      const isInFlight = (await inFlight(item)).length > 0;
      expect([answers.filter((one) => one === 'done'), await isStored(item)]).toEqual([['done'], isInFlight]);
    }
  });

  it('is released or expires, never both, and stays while it is on its way', async () => {
    for (let round = 0; round < rounds; round += 1) {
      const item = await held();
      await past(item);
      await ledger.set('quarantineMaxBytes', 1);
      const keeps = new KeepObjects(ledger.database, store, logger);
      const [[answer]] = await Promise.all([
        release(item),
        new EndHolds(ledger.database).end(),
        keeps.expire(),
      ]);
      const forms = await inFlight(item);
      // Released first, it is not told that it is refused; refused first, it is on its way to its sender.
      expect([answer, forms]).toEqual(answer === 'done' ? ['done', ['original']] : ['conflict', ['refusal']]);
      await keeps.expire();
      expect(await isStored(item)).toBe(true);
      await ledger.set('quarantineMaxBytes', 1e9);
    }
  });

  it('that is kept only is released with its object there, or evicted with nothing on its way', async () => {
    for (let round = 0; round < rounds; round += 1) {
      const item = await keep();
      await ledger.set('quarantineMaxBytes', 1);
      const keeps = new KeepObjects(ledger.database, store, logger);
      const [[answer]] = await Promise.all([release(item), keeps.expire()]);
      const isReleased = (await inFlight(item)).length > 0;
      expect([answer, await isStored(item)]).toEqual([isReleased ? 'done' : 'not-found', isReleased]);
      await ledger.set('quarantineMaxBytes', 1e9);
    }
  });

  it('is held once when it comes a second time while the first is being held', async () => {
    for (let round = 0; round < rounds; round += 1) {
      const first = await keep();
      await ledger.age(first.submissionId, '1 hour');
      let reached: () => void = () => undefined;
      let goOn: () => void = () => undefined;
      const isReached = new Promise<void>((resolve) => (reached = resolve));
      const mayGoOn = new Promise<void>((resolve) => (goOn = resolve));
      // The first has looked for others like it, and has not committed.
      const slow = new HoldMail({
        database: ledger.database,
        shared: noSharedFiles,
        store: {
          readSealed: (key) => store.readSealed(key),
          read: async (key) => {
            reached();
            await mayGoOn;
            return store.read(key);
          },
        },
        count: () => undefined,
      });
      const asked = [slow.hold({ registrationId: first.registrationId, scanId: first.scanId ?? '' })];
      await isReached;
      const second = await keep(first.sha256);
      asked.push(hold(second), hold(second));
      const isWaiting = async () =>
        (
          await ledger.rows(
            `SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database
             WHERE d.datname = current_database() AND l.locktype = 'advisory' AND NOT l.granted`,
          )
        ).length === 2;
      // Where nothing makes them wait, they are done.
      await Promise.race([until(isWaiting), Promise.all(asked.slice(1))]);
      goOn();
      const answers = await Promise.all(asked);
      expect(answers.map(({ outcome }) => outcome)).toEqual(['held', 'held', 'held']);
      expect(new Set(answers.map((one) => JSON.stringify(one))).size).toBe(1);
      expect(
        await ledger.rows(`SELECT FROM ledger.kept_objects WHERE sha256 = $1 AND hold = 'held'`, [
          first.sha256,
        ]),
      ).toHaveLength(1);
    }
  });
});
