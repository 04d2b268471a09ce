import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { itemOf, type System } from '../testing/ledger-fixture.js';
import { many, useAcceptedScans } from '../testing/use-accepted-scans.js';

const on = useAcceptedScans();
const { accept, conclude, outcomes } = on;

describe('limits', () => {
  it('refuse the 901st unfinished scan of others at 1,000, and let mail in up to 1,000', async () => {
    const mail = await on.ledger.addSystem({ type: 'mail' });
    const second = await on.ledger.addSystem();
    for (const other of [on.system, second])
      expect(new Set(await outcomes(many(450, other)))).toEqual(new Set(['accepted']));
    expect(await accept(itemOf(on.system))).toEqual({ outcome: 'limit', scope: 'all' });
    expect(await on.accepts.limitFor(on.system.registrationId, false)).toBe('all');
    expect(await on.accepts.limitFor(mail.registrationId, true)).toBeNull();
    expect(new Set(await outcomes(many(100, mail)))).toEqual(new Set(['accepted']));
    expect(await accept(itemOf(mail))).toEqual({ outcome: 'limit', scope: 'all' });
    expect(await on.accepts.limitFor(mail.registrationId, true)).toBe('all');
  });

  it('keep one system from filling the whole when it has none of its own, as set now', async () => {
    const mail = await on.ledger.addSystem({ type: 'mail' });
    const own = await on.ledger.addSystem({ maxUnfinishedScans: 600 });
    await on.ledger.set('maxConcurrentScans', 10_000);
    const accepted = async (count: number, of: System) =>
      (await outcomes(many(count, of))).filter((one) => one === 'accepted').length;
    expect(await accepted(510, on.system)).toBe(500);
    expect(await accept(itemOf(on.system))).toEqual({ outcome: 'limit', scope: 'system' });
    expect(await on.accepts.limitFor(on.system.registrationId, false)).toBe('system');
    expect(await accepted(610, own)).toBe(600);
    expect(await accepted(2010, mail)).toBe(2000);
    expect(await on.accepts.limitFor(mail.registrationId, true)).toBe('system');
    await on.ledger.set('maxUnfinishedScansPerSystem', 501);
    await on.ledger.set('maxUnfinishedScansPerMailSystem', 2001);
    expect([await accepted(2, on.system), await accepted(2, mail)]).toEqual([1, 1]);
  });

  it('admit mail first within a batch, whatever its order', async () => {
    const mail = await on.ledger.addSystem({ type: 'mail' });
    await on.ledger.set('maxConcurrentScans', 10);
    const items = [...many(9, on.system), ...many(5, mail)];
    const answered = await outcomes(items);
    expect(answered.slice(9)).toEqual(Array(5).fill('accepted'));
    expect(answered.slice(0, 9).filter((one) => one === 'accepted')).toHaveLength(4);
  });

  it('give the last tenth to everybody while maximumMailPriority is off', async () => {
    await on.ledger.set('maxConcurrentScans', 10);
    await on.ledger.set('maximumMailPriority', false);
    expect((await outcomes(many(11, on.system))).filter((one) => one === 'accepted')).toHaveLength(10);
  });

  it('of one system hold for it alone', async () => {
    const small = await on.ledger.addSystem({ maxUnfinishedScans: 2 });
    const answered = await on.accepts.accept([...many(3, small), itemOf(on.system)]);
    expect(answered.map((one) => one.outcome)).toEqual(['accepted', 'accepted', 'limit', 'accepted']);
    expect(answered[2]).toEqual({ outcome: 'limit', scope: 'system' });
    expect(await on.accepts.limitFor(small.registrationId, false)).toBe('system');
  });

  it('are free again when a scan ends, and not when it is only deleted', async () => {
    const small = await on.ledger.addSystem({ maxUnfinishedScans: 1 });
    const item = itemOf(small);
    await accept(item);
    await on.ledger.database.query('SELECT ledger.delete_all_scans($1, NULL)', [small.registrationId]);
    expect(await accept(itemOf(small))).toMatchObject({ outcome: 'limit' });
    await conclude(item, 'clean');
    expect(await accept(itemOf(small))).toMatchObject({ outcome: 'accepted' });
  });

  it('do not apply to a repeat', async () => {
    const small = await on.ledger.addSystem({ maxUnfinishedScans: 1 });
    const item = itemOf(small);
    expect(await outcomes([item, { ...item, submissionId: randomUUID() }])).toEqual(['accepted', 'exists']);
  });
});
