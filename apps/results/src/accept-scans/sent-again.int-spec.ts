import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { AcceptItem } from '@sluice/contracts';
import { itemOf } from '../testing/ledger-fixture.js';
import { useAcceptedScans } from '../testing/use-accepted-scans.js';

const on = useAcceptedScans();
const { accept, conclude, outcomes, states } = on;

describe('a scanId sent again', () => {
  const again = (item: AcceptItem, changes: Partial<AcceptItem> = {}): AcceptItem => ({
    ...itemOf(on.system, item),
    submissionId: randomUUID(),
    ...changes,
  });
  const other = { sha256: 'b'.repeat(64) };

  it('with the same bytes stands while unfinished, however long, and ten minutes from its acceptance', async () => {
    const item = itemOf(on.system);
    await accept(item);
    await on.ledger.age(item.submissionId, '1 hour');
    expect(await accept(again(item))).toEqual({ outcome: 'exists' });
    await conclude(item, 'infected');
    expect(await accept(again(item))).toMatchObject({ outcome: 'accepted' });
    const young = itemOf(on.system);
    await accept(young);
    await conclude(young, 'clean');
    await on.ledger.age(young.submissionId, '9 minutes');
    expect(await accept(again(young))).toEqual({ outcome: 'exists' });
  });

  it('with another type is a new submission', async () => {
    const item = itemOf(on.system);
    await accept(item);
    expect(await accept(again(item, { objectType: 'email' }))).toMatchObject({ outcome: 'accepted' });
  });

  it('replaces a finished result', async () => {
    const item = itemOf(on.system);
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
    const first = itemOf(on.system);
    const second = again(first, other);
    await accept(first);
    await accept(second);
    await conclude(first, one);
    expect(await states()).toEqual([{ scanId: first.scanId, state: 'processing' }]);
    await conclude(second, two);
    expect(await states()).toEqual([{ scanId: first.scanId, state: told }]);
  });

  it('drops nothing no one could read: a third submission waits for the second and keeps the first', async () => {
    const first = itemOf(on.system);
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
    const first = itemOf(on.system);
    await accept(first);
    await accept(again(first, other));
    expect(await accept(again(first))).toEqual({ outcome: 'exists' });
  });

  it('after a deletion is new, and the deleted one never speaks for it', async () => {
    const first = itemOf(on.system);
    await accept(first);
    await on.ledger.database.query('SELECT * FROM ledger.delete_scans($1)', [
      JSON.stringify([{ registrationId: on.system.registrationId, scanId: first.scanId, instance: null }]),
    ]);
    const second = again(first);
    expect(await accept(second)).toMatchObject({ outcome: 'accepted' });
    await conclude(second, 'clean');
    await conclude(first, 'infected');
    expect(await states()).toEqual([{ scanId: first.scanId, state: 'not detected' }]);
  });

  it('of another instance or system is another scan', async () => {
    const stranger = await on.ledger.addSystem();
    const item = itemOf(on.system);
    expect(
      await outcomes([item, again(item, { instance: 'b' }), { ...itemOf(stranger), scanId: item.scanId }]),
    ).toEqual(['accepted', 'accepted', 'accepted']);
    expect(await states()).toHaveLength(2);
  });

  it('twice in one message is handled in order', async () => {
    const item = itemOf(on.system);
    const answered = await outcomes([item, again(item), again(item, other), again(item, other)]);
    expect(answered).toEqual(['accepted', 'exists', 'accepted', 'exists']);
    expect(await states()).toHaveLength(1);
  });

  it('without an id is never a repeat and never shown', async () => {
    const item = itemOf(on.system, { scanId: null });
    expect(await outcomes([item, again(item)])).toEqual(['accepted', 'accepted']);
    expect(await states()).toEqual([]);
  });
});
