import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LedgerFixture } from '../testing/ledger-fixture.js';
import { queryRegistryChanges } from './registry-changes.query.js';

let ledger: LedgerFixture;
let revision: number;

beforeAll(async () => {
  ledger = await LedgerFixture.create();
});
afterAll(() => ledger.close());
beforeEach(async () => {
  await ledger.clear();
  await ledger.database.query('UPDATE registry.revision SET value = 100, oldest_delta = 50');
  revision = 100;
});

const next = async () => {
  revision += 1;
  await ledger.database.query('UPDATE registry.revision SET value = $1', [revision]);
  return revision;
};
const add = async (atRevision?: number, state = 'rejected'): Promise<string> => {
  const id = randomUUID();
  await ledger.database.query(
    `INSERT INTO registry.certificates (id, sensor_id, fingerprint, state, claimed_type, revision)
     VALUES ($1, 's', $2, $3, 'other', $4)`,
    [id, randomBytes(32).toString('hex'), state, atRevision ?? (await next())],
  );
  return id;
};
const remove = async (id: string) => {
  await ledger.database.query('DELETE FROM registry.certificates WHERE id = $1', [id]);
  await ledger.database.query('INSERT INTO registry.deleted_certificates VALUES ($1, $2)', [
    id,
    await next(),
  ]);
};
const ask = (since: number, limit = 100) => queryRegistryChanges(ledger.database.query, { since, limit });
const ids = (changes: { entries: { certificateId: string }[] }) =>
  changes.entries.map((one) => one.certificateId);

describe('registry changes', () => {
  it('carry what a sensor does with mail and says to clamd’s clients, where an administrator chose it', async () => {
    const { database } = ledger;
    const policies = [
      { mail: {}, clamd: {} },
      { mail: { whenAway: 'tag' }, clamd: { whenAway: 'error' } },
    ];
    for (const [version, { mail, clamd }] of policies.entries()) {
      const registrationId = randomUUID();
      await database.query(
        `INSERT INTO registry.registrations
           (id, sensor_id, type, mail_policy, mail_policy_version, clamd_policy, clamd_policy_version)
         VALUES ($1, $2, 'mail', $3, $4, $5, 2 * $4)`,
        [registrationId, `mx-${version}`, JSON.stringify(mail), version, JSON.stringify(clamd)],
      );
      await database.query(
        'UPDATE registry.certificates SET registration_id = $2, state = $3 WHERE id = $1',
        [await add(), registrationId, 'accepted'],
      );
    }
    const { entries } = await ask(0);
    expect(entries.map(({ mailPolicy, clamdPolicy }) => ({ mailPolicy, clamdPolicy }))).toEqual([
      { mailPolicy: null, clamdPolicy: null },
      {
        mailPolicy: { version: 1, policy: { whenAway: 'tag' } },
        clamdPolicy: { version: 2, policy: { whenAway: 'error' } },
      },
    ]);
  });

  it.each([0, 49, 5000])('since %i are everything in one answer', async (since) => {
    const added = [await add(), await add(), await add()];
    const answer = await ask(since, 1);
    expect(answer).toMatchObject({ isComplete: true, hasMore: false, revision, settings: {}, deleted: [] });
    expect(ids(answer)).toEqual(added);
  });

  it('since a known revision are what changed and what is gone', async () => {
    const first = await add();
    const since = revision;
    const second = await add();
    await remove(first);
    const answer = await ask(since);
    expect(answer).toMatchObject({
      isComplete: false,
      hasMore: false,
      revision,
      settings: null,
      deleted: [first],
    });
    expect(ids(answer)).toEqual([second]);
    expect(await ask(revision)).toMatchObject({ entries: [], deleted: [], revision });
  });

  it('come in pages that never end within a revision', async () => {
    const since = revision;
    const together = await next();
    for (let n = 0; n < 3; n++) await add(together);
    for (let n = 0; n < 3; n++) await add();
    const seen: string[] = [];
    let from = since;
    let pages = 0;
    for (let hasMore = true; hasMore; pages++) {
      const page = await ask(from, 2);
      seen.push(...ids(page));
      ({ hasMore, revision: from } = page);
    }
    expect(new Set(seen).size).toBe(6);
    expect(seen).toHaveLength(6);
    expect(pages).toBeGreaterThan(1);
    expect(from).toBe(revision);
  });

  it('carry the settings when one of them changed', async () => {
    const since = revision;
    await ledger.set('maxObjectSize', 2048);
    await ledger.database.query('UPDATE registry.settings SET revision = $1', [await next()]);
    expect((await ask(since)).settings).toEqual({ maxObjectSize: 2048 });
    await add();
    expect((await ask(revision - 1)).settings).toBeNull();
  });
});
