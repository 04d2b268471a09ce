import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AcceptItem } from '@sluice/contracts';
import { prepareVerdict } from '../record-verdicts/prepare-verdict.js';
import { RecordVerdicts } from '../record-verdicts/record-verdicts.service.js';
import { queryStates } from '../query-states/states.query.js';
import { itemOf, LedgerFixture, verdictOf, type System } from '../testing/ledger-fixture.js';
import { AcceptScans } from './accept-scans.service.js';

let ledger: LedgerFixture;
let accepts: AcceptScans;
let records: RecordVerdicts;
let system: System;

beforeAll(async () => {
  ledger = await LedgerFixture.create();
  accepts = new AcceptScans(ledger.database);
  records = new RecordVerdicts(ledger.database, () => undefined);
});
afterAll(() => ledger.close());
beforeEach(async () => {
  await ledger.clear();
  system = await ledger.addSystem();
});

const outcomes = async (items: readonly AcceptItem[]) =>
  (await accepts.accept(items)).map((one) => one.outcome);
const accept = async (item: AcceptItem) => (await accepts.accept([item]))[0];
const conclude = (item: AcceptItem, outcome: 'clean' | 'infected' | 'error' | 'timeout') =>
  records.record(prepareVerdict(verdictOf(item, outcome)));
const states = async (of: System = system) =>
  (
    await queryStates(ledger.database.query, {
      registrationId: of.registrationId,
      instance: null,
      states: null,
      limit: 1000,
      after: null,
    })
  ).scans;
const many = (count: number, of: System) => Array.from({ length: count }, () => itemOf(of));

describe('accepting', () => {
  it('commits a row and answers the ready job', async () => {
    const item = itemOf(system);
    expect(await accept(item)).toEqual({
      outcome: 'accepted',
      queue: 'light',
      priority: 1,
      job: {
        kind: 'job',
        v: 1,
        submissionId: item.submissionId,
        objectKey: item.objectKey,
        sizeBytes: item.sizeBytes,
        sha256: item.sha256,
        objectType: 'file',
      },
    });
    expect(await states()).toEqual([{ scanId: item.scanId, state: 'processing' }]);
    expect(await ledger.counterErrors()).toEqual([]);
  });

  it('says in the job that there are passwords, and takes other ones for another submission', async () => {
    const item = itemOf(system, { passwordsMark: 'a'.repeat(32) });
    expect(await accept(item)).toMatchObject({ outcome: 'accepted', job: { hasPasswords: true } });
    const again = (changes: Partial<AcceptItem>) =>
      accept({ ...item, submissionId: randomUUID(), ...changes });
    expect(await again({})).toEqual({ outcome: 'exists' });
    expect(await again({ passwordsMark: 'b'.repeat(32) })).toMatchObject({ outcome: 'accepted' });
    const { passwordsMark: _, ...without } = item;
    const plain = await accept({ ...without, submissionId: randomUUID() });
    expect(plain).toMatchObject({ outcome: 'accepted' });
    expect(plain).not.toHaveProperty('job.hasPasswords');
    expect(await accept({ ...without, submissionId: randomUUID() })).toEqual({ outcome: 'exists' });
  });

  it('answers a redelivered request as before, with one row', async () => {
    const item = itemOf(system);
    const first = await accept(item);
    expect(await accept(item)).toEqual(first);
    expect(await ledger.rows('SELECT unfinished FROM ledger.unfinished_scans')).toEqual([
      { unfinished: 1 },
      { unfinished: 1 },
    ]);
  });

  it('says of one that is only asked for whether it is there, and records nothing', async () => {
    const item = itemOf(system);
    const asked = { ...item, onlyIfKnown: true };
    expect(await accept(asked)).toEqual({ outcome: 'not-accepted' });
    expect(await states()).toEqual([]);
    const first = await accept(item);
    expect(await accept(asked)).toEqual(first);
    // What the caller has sent since under the same id stays.
    await accept(itemOf(system, { scanId: item.scanId, sha256: '1'.repeat(64) }));
    expect(await accept(asked)).toEqual(first);
    expect(await ledger.rows('SELECT is_shown FROM ledger.scans ORDER BY seq')).toEqual([
      { is_shown: false },
      { is_shown: true },
    ]);
  });

  it('finds the one of 64 in a message whose data the database refuses, and accepts the others', async () => {
    const items = many(64, system).map((item, index) =>
      index === 17 ? { ...item, objectName: 'a\u0000b' } : item,
    );
    expect(await outcomes(items)).toEqual(items.map((_, index) => (index === 17 ? 'invalid' : 'accepted')));
    expect(await states()).toHaveLength(63);
  });

  it('takes objects above heavyObjectBytes to the heavy queue, as set now', async () => {
    await ledger.set('heavyObjectBytes', 500);
    expect(await accept(itemOf(system))).toMatchObject({ queue: 'heavy' });
    expect(await accept(itemOf(system, { sizeBytes: 500 }))).toMatchObject({ queue: 'light' });
  });

  it('gives mail its priority only while maximumMailPriority is on', async () => {
    const mail = await ledger.addSystem({ type: 'mail' });
    expect(await accept(itemOf(mail))).toMatchObject({ priority: 5 });
    await ledger.set('maximumMailPriority', false);
    expect(await accept(itemOf(mail))).toMatchObject({ priority: 1 });
  });

  it('takes mail of any size to its own queue, unless maximumMailPriority is off', async () => {
    const mail = await ledger.addSystem({ type: 'mail' });
    await ledger.set('heavyObjectBytes', 500);
    const both = async (): Promise<unknown[]> => [
      await accept(itemOf(mail, { sizeBytes: 500 })),
      await accept(itemOf(mail, { sizeBytes: 501 })),
    ];
    expect(await both()).toMatchObject([{ queue: 'mail' }, { queue: 'mail' }]);
    await ledger.set('maximumMailPriority', false);
    expect(await both()).toMatchObject([{ queue: 'light' }, { queue: 'heavy' }]);
  });

  it('sends mail of a gateway that does not know its queue to the ordinary ones, first', async () => {
    const mail = await ledger.addSystem({ type: 'mail' });
    const old: Partial<AcceptItem> = { ...itemOf(mail) };
    delete old.hasMailQueue;
    expect(await accept(old as AcceptItem)).toMatchObject({ queue: 'light', priority: 5 });
  });

  it('refuses pairs that are not accepted, or of another registration', async () => {
    const other = await ledger.addSystem();
    const items = [
      itemOf(system, { fingerprint: 'f'.repeat(64) }),
      itemOf(system, { registrationId: other.registrationId }),
      itemOf(system),
    ];
    expect(await outcomes(items)).toEqual(['not-accepted', 'not-accepted', 'accepted']);
    await ledger.database.query(`UPDATE registry.certificates SET state = 'rejected'`);
    expect(await outcomes([itemOf(system)])).toEqual(['not-accepted']);
  });

  it.each([
    ['a lone surrogate', { objectName: '\ud800' }],
    ['U+0000', { mailFrom: 'a\u0000b' }],
    ['a size beyond bigint', { sizeBytes: 1e300 }],
  ])('refuses only the rejected item of a batch: %s', async (_what, bad) => {
    const items = [...many(40, system), itemOf(system, bad), ...many(23, system)];
    const answered = await outcomes(items);
    expect(answered[40]).toBe('invalid');
    expect(answered.filter((one) => one === 'accepted')).toHaveLength(63);
    expect(await ledger.counterErrors()).toEqual([]);
  });
});

describe('limits', () => {
  it('refuse the 901st unfinished scan of others at 1,000, and let mail in up to 1,000', async () => {
    const mail = await ledger.addSystem({ type: 'mail' });
    const second = await ledger.addSystem();
    for (const other of [system, second])
      expect(new Set(await outcomes(many(450, other)))).toEqual(new Set(['accepted']));
    expect(await accept(itemOf(system))).toEqual({ outcome: 'limit', scope: 'all' });
    expect(await accepts.limitFor(system.registrationId, false)).toBe('all');
    expect(await accepts.limitFor(mail.registrationId, true)).toBeNull();
    expect(new Set(await outcomes(many(100, mail)))).toEqual(new Set(['accepted']));
    expect(await accept(itemOf(mail))).toEqual({ outcome: 'limit', scope: 'all' });
    expect(await accepts.limitFor(mail.registrationId, true)).toBe('all');
  });

  it('keep one system from filling the whole when it has none of its own, as set now', async () => {
    const mail = await ledger.addSystem({ type: 'mail' });
    const own = await ledger.addSystem({ maxUnfinishedScans: 600 });
    await ledger.set('maxConcurrentScans', 10_000);
    const accepted = async (count: number, of: System) =>
      (await outcomes(many(count, of))).filter((one) => one === 'accepted').length;
    expect(await accepted(510, system)).toBe(500);
    expect(await accept(itemOf(system))).toEqual({ outcome: 'limit', scope: 'system' });
    expect(await accepts.limitFor(system.registrationId, false)).toBe('system');
    expect(await accepted(610, own)).toBe(600);
    expect(await accepted(2010, mail)).toBe(2000);
    expect(await accepts.limitFor(mail.registrationId, true)).toBe('system');
    await ledger.set('maxUnfinishedScansPerSystem', 501);
    await ledger.set('maxUnfinishedScansPerMailSystem', 2001);
    expect([await accepted(2, system), await accepted(2, mail)]).toEqual([1, 1]);
  });

  it('admit mail first within a batch, whatever its order', async () => {
    const mail = await ledger.addSystem({ type: 'mail' });
    await ledger.set('maxConcurrentScans', 10);
    const items = [...many(9, system), ...many(5, mail)];
    const answered = await outcomes(items);
    expect(answered.slice(9)).toEqual(Array(5).fill('accepted'));
    expect(answered.slice(0, 9).filter((one) => one === 'accepted')).toHaveLength(4);
  });

  it('give the last tenth to everybody while maximumMailPriority is off', async () => {
    await ledger.set('maxConcurrentScans', 10);
    await ledger.set('maximumMailPriority', false);
    expect((await outcomes(many(11, system))).filter((one) => one === 'accepted')).toHaveLength(10);
  });

  it('of one system hold for it alone', async () => {
    const small = await ledger.addSystem({ maxUnfinishedScans: 2 });
    const answered = await accepts.accept([...many(3, small), itemOf(system)]);
    expect(answered.map((one) => one.outcome)).toEqual(['accepted', 'accepted', 'limit', 'accepted']);
    expect(answered[2]).toEqual({ outcome: 'limit', scope: 'system' });
    expect(await accepts.limitFor(small.registrationId, false)).toBe('system');
  });

  it('are free again when a scan ends, and not when it is only deleted', async () => {
    const small = await ledger.addSystem({ maxUnfinishedScans: 1 });
    const item = itemOf(small);
    await accept(item);
    await ledger.database.query('SELECT ledger.delete_all_scans($1, NULL)', [small.registrationId]);
    expect(await accept(itemOf(small))).toMatchObject({ outcome: 'limit' });
    await conclude(item, 'clean');
    expect(await accept(itemOf(small))).toMatchObject({ outcome: 'accepted' });
  });

  it('do not apply to a repeat', async () => {
    const small = await ledger.addSystem({ maxUnfinishedScans: 1 });
    const item = itemOf(small);
    expect(await outcomes([item, { ...item, submissionId: randomUUID() }])).toEqual(['accepted', 'exists']);
  });
});

describe('a scanId sent again', () => {
  const again = (item: AcceptItem, changes: Partial<AcceptItem> = {}): AcceptItem => ({
    ...itemOf(system, item),
    submissionId: randomUUID(),
    ...changes,
  });
  const other = { sha256: 'b'.repeat(64) };

  it('with the same bytes stands while unfinished, however long, and ten minutes from its acceptance', async () => {
    const item = itemOf(system);
    await accept(item);
    await ledger.age(item.submissionId, '1 hour');
    expect(await accept(again(item))).toEqual({ outcome: 'exists' });
    await conclude(item, 'infected');
    expect(await accept(again(item))).toMatchObject({ outcome: 'accepted' });
    const young = itemOf(system);
    await accept(young);
    await conclude(young, 'clean');
    await ledger.age(young.submissionId, '9 minutes');
    expect(await accept(again(young))).toEqual({ outcome: 'exists' });
  });

  it('with another type is a new submission', async () => {
    const item = itemOf(system);
    await accept(item);
    expect(await accept(again(item, { objectType: 'email' }))).toMatchObject({ outcome: 'accepted' });
  });

  it('replaces a finished result', async () => {
    const item = itemOf(system);
    await accept(item);
    await conclude(item, 'infected');
    const second = again(item, other);
    await accept(second);
    expect(await states()).toEqual([{ scanId: item.scanId, state: 'processing' }]);
    await conclude(second, 'clean');
    expect(await states()).toEqual([{ scanId: item.scanId, state: 'not detected' }]);
  });

  it.each([
    ['infected', 'clean', 'detect'],
    ['clean', 'infected', 'detect'],
    ['error', 'timeout', 'error'],
    ['clean', 'timeout', 'timeout'],
    ['clean', 'clean', 'not detected'],
  ] as const)('while unfinished tells the worse of both: %s and %s', async (one, two, told) => {
    const first = itemOf(system);
    const second = again(first, other);
    await accept(first);
    await accept(second);
    await conclude(first, one);
    expect(await states()).toEqual([{ scanId: first.scanId, state: 'processing' }]);
    await conclude(second, two);
    expect(await states()).toEqual([{ scanId: first.scanId, state: told }]);
  });

  it('drops nothing no one could read: a third submission waits for the second and keeps the first', async () => {
    const first = itemOf(system);
    const [second, third] = [again(first, other), again(first, { sha256: 'c'.repeat(64) })];
    await accept(first);
    await accept(second);
    await conclude(first, 'infected');
    await accept(third);
    await conclude(third, 'clean');
    expect(await states()).toEqual([{ scanId: first.scanId, state: 'processing' }]);
    await conclude(second, 'clean');
    expect(await states()).toEqual([{ scanId: first.scanId, state: 'detect' }]);
  });

  it('matches any live submission of its group', async () => {
    const first = itemOf(system);
    await accept(first);
    await accept(again(first, other));
    expect(await accept(again(first))).toEqual({ outcome: 'exists' });
  });

  it('after a deletion is new, and the deleted one never speaks for it', async () => {
    const first = itemOf(system);
    await accept(first);
    await ledger.database.query('SELECT * FROM ledger.delete_scans($1)', [
      JSON.stringify([{ registrationId: system.registrationId, scanId: first.scanId, instance: null }]),
    ]);
    const second = again(first);
    expect(await accept(second)).toMatchObject({ outcome: 'accepted' });
    await conclude(second, 'clean');
    await conclude(first, 'infected');
    expect(await states()).toEqual([{ scanId: first.scanId, state: 'not detected' }]);
  });

  it('of another instance or system is another scan', async () => {
    const stranger = await ledger.addSystem();
    const item = itemOf(system);
    expect(
      await outcomes([item, again(item, { instance: 'b' }), { ...itemOf(stranger), scanId: item.scanId }]),
    ).toEqual(['accepted', 'accepted', 'accepted']);
    expect(await states()).toHaveLength(2);
  });

  it('twice in one message is handled in order', async () => {
    const item = itemOf(system);
    const answered = await outcomes([item, again(item), again(item, other), again(item, other)]);
    expect(answered).toEqual(['accepted', 'exists', 'accepted', 'exists']);
    expect(await states()).toHaveLength(1);
  });

  it('without an id is never a repeat and never shown', async () => {
    const item = itemOf(system, { scanId: null });
    expect(await outcomes([item, again(item)])).toEqual(['accepted', 'accepted']);
    expect(await states()).toEqual([]);
  });
});
