import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { AcceptItem } from '@sluice/contracts';
import { itemOf } from '../testing/ledger-fixture.js';
import { many, useAcceptedScans } from '../testing/use-accepted-scans.js';

const on = useAcceptedScans();
const { accept, outcomes, states } = on;

describe('accepting', () => {
  it('commits a row and answers the ready job', async () => {
    const item = itemOf(on.system);
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
    expect(await on.ledger.counterErrors()).toEqual([]);
  });

  it('says in the job that there are passwords, and takes other ones for another submission', async () => {
    const item = itemOf(on.system, { passwordsMark: 'a'.repeat(32) });
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
    const item = itemOf(on.system);
    const first = await accept(item);
    expect(await accept(item)).toEqual(first);
    expect(await on.ledger.rows('SELECT unfinished FROM ledger.unfinished_scans')).toEqual([
      { unfinished: 1 },
      { unfinished: 1 },
    ]);
  });

  it('says of one that is only asked for whether it is there, and records nothing', async () => {
    const item = itemOf(on.system);
    const asked = { ...item, onlyIfKnown: true };
    expect(await accept(asked)).toEqual({ outcome: 'not-accepted' });
    expect(await states()).toEqual([]);
    const first = await accept(item);
    expect(await accept(asked)).toEqual(first);
    // What the caller has sent since under the same id stays.
    await accept(itemOf(on.system, { scanId: item.scanId, sha256: '1'.repeat(64) }));
    expect(await accept(asked)).toEqual(first);
    expect(await on.ledger.rows('SELECT is_shown FROM ledger.scans ORDER BY seq')).toEqual([
      { is_shown: false },
      { is_shown: true },
    ]);
  });

  it('finds the one of 64 in a message whose data the database refuses, and accepts the others', async () => {
    const items = many(64, on.system).map((item, index) =>
      index === 17 ? { ...item, objectName: 'a\u0000b' } : item,
    );
    expect(await outcomes(items)).toEqual(items.map((_, index) => (index === 17 ? 'invalid' : 'accepted')));
    expect(await states()).toHaveLength(63);
  });

  it('takes objects above heavyObjectBytes to the heavy queue, as set now', async () => {
    await on.ledger.set('heavyObjectBytes', 500);
    expect(await accept(itemOf(on.system))).toMatchObject({ queue: 'heavy' });
    expect(await accept(itemOf(on.system, { sizeBytes: 500 }))).toMatchObject({ queue: 'light' });
  });

  it('gives mail its priority only while maximumMailPriority is on', async () => {
    const mail = await on.ledger.addSystem({ type: 'mail' });
    expect(await accept(itemOf(mail))).toMatchObject({ priority: 5 });
    await on.ledger.set('maximumMailPriority', false);
    expect(await accept(itemOf(mail))).toMatchObject({ priority: 1 });
  });

  it('takes mail of any size to its own queue, unless maximumMailPriority is off', async () => {
    const mail = await on.ledger.addSystem({ type: 'mail' });
    await on.ledger.set('heavyObjectBytes', 500);
    const both = async (): Promise<unknown[]> => [
      await accept(itemOf(mail, { sizeBytes: 500 })),
      await accept(itemOf(mail, { sizeBytes: 501 })),
    ];
    expect(await both()).toMatchObject([{ queue: 'mail' }, { queue: 'mail' }]);
    await on.ledger.set('maximumMailPriority', false);
    expect(await both()).toMatchObject([{ queue: 'light' }, { queue: 'heavy' }]);
  });

  it('sends mail of a gateway that does not know its queue to the ordinary ones, first', async () => {
    const mail = await on.ledger.addSystem({ type: 'mail' });
    const old: Partial<AcceptItem> = { ...itemOf(mail) };
    delete old.hasMailQueue;
    expect(await accept(old as AcceptItem)).toMatchObject({ queue: 'light', priority: 5 });
  });

  it('refuses pairs that are not accepted, or of another registration', async () => {
    const other = await on.ledger.addSystem();
    const items = [
      itemOf(on.system, { fingerprint: 'f'.repeat(64) }),
      itemOf(on.system, { registrationId: other.registrationId }),
      itemOf(on.system),
    ];
    expect(await outcomes(items)).toEqual(['not-accepted', 'not-accepted', 'accepted']);
    await on.ledger.database.query(`UPDATE registry.certificates SET state = 'rejected'`);
    expect(await outcomes([itemOf(on.system)])).toEqual(['not-accepted']);
  });

  it.each([
    ['a lone surrogate', { objectName: '\ud800' }],
    ['U+0000', { mailFrom: 'a\u0000b' }],
    ['a size beyond bigint', { sizeBytes: 1e300 }],
  ])('refuses only the rejected item of a batch: %s', async (_what, bad) => {
    const items = [...many(40, on.system), itemOf(on.system, bad), ...many(23, on.system)];
    const answered = await outcomes(items);
    expect(answered[40]).toBe('invalid');
    expect(answered.filter((one) => one === 'accepted')).toHaveLength(63);
    expect(await on.ledger.counterErrors()).toEqual([]);
  });
});
