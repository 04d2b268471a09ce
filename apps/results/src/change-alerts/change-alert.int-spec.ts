import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { AcceptScans } from '../accept-scans/accept-scans.service.js';
import { prepareVerdict } from '../record-verdicts/prepare-verdict.js';
import { RecordVerdicts } from '../record-verdicts/record-verdicts.service.js';
import { itemOf, LedgerFixture, verdictOf } from '../testing/ledger-fixture.js';
import { changeAlert, type AlertChange } from './change-alert.query.js';
import { ledgerRpc } from '@sluice/contracts';

let ledger: LedgerFixture;
let alertId: number;

beforeAll(async () => {
  ledger = await LedgerFixture.create();
});
afterAll(() => ledger.close());
beforeEach(async () => {
  await ledger.clear();
  const item = itemOf(await ledger.addSystem());
  await new AcceptScans(ledger.database).accept([item]);
  await new RecordVerdicts(ledger.database, () => undefined).record(
    prepareVerdict(verdictOf(item, 'infected')),
  );
  alertId = Number((await ledger.rows('SELECT id FROM ledger.alert_list'))[0]?.['id']);
});

const change = async (wanted: Omit<AlertChange, 'changeId'>) =>
  changeAlert(ledger.database, { ...wanted, changeId: await ledger.announced(ledgerRpc.changeAlert) });
const changes = () => ledger.rows('SELECT * FROM ledger.alert_changes ORDER BY id');

describe('changing an alert', () => {
  it('logs who changed what, before and after', async () => {
    await change({ alertId, operator: 'ann', state: 'in-process', assignee: 'ann' });
    await change({ alertId, operator: 'bob', state: 'closed', comment: 'false alarm' });
    expect(await ledger.rows('SELECT state, assignee FROM ledger.alert_list')).toEqual([
      { state: 'closed', assignee: 'ann' },
    ]);
    expect(await changes()).toEqual([
      expect.objectContaining({
        operator: 'ann',
        state_before: 'new',
        state_after: 'in-process',
        assignee_after: 'ann',
      }),
      expect.objectContaining({
        operator: 'bob',
        state_after: 'closed',
        assignee_after: null,
        comment: 'false alarm',
      }),
    ]);
  });

  it('is in the audit log by the transaction that made it, with who asked', async () => {
    await change({ alertId, operator: 'ann', state: 'closed', comment: 'x' });
    await change({ alertId, operator: 'ann', state: 'closed' });
    expect(
      await ledger.rows('SELECT actor, address, action, target, before, after FROM registry.audit'),
    ).toEqual([
      {
        actor: 'ann',
        address: '192.0.2.1',
        action: 'alert.change',
        target: `alert ${alertId}`,
        before: { state: 'new', assignee: null },
        after: { state: 'closed', assignee: null, comment: 'x' },
      },
    ]);
  });

  it('is not made when it cannot be audited', async () => {
    await ledger.rows('ALTER TABLE registry.audit ADD CONSTRAINT full_up CHECK (false) NOT VALID');
    onTestFinished(async () => {
      await ledger.rows('ALTER TABLE registry.audit DROP CONSTRAINT full_up');
    });
    await expect(change({ alertId, operator: 'ann', state: 'closed' })).rejects.toMatchObject({
      name: 'DatabaseError',
    });
    expect(await ledger.rows('SELECT state FROM ledger.alert_list')).toEqual([{ state: 'new' }]);
    expect(await changes()).toEqual([]);
  });

  it('is not made when no one asked for it, or for something else', async () => {
    for (const changeId of [randomUUID(), await ledger.announced(ledgerRpc.rescan)])
      await expect(
        changeAlert(ledger.database, { alertId, operator: 'ann', state: 'closed', changeId }),
      ).rejects.toMatchObject({ name: 'DatabaseError' });
    expect(await ledger.rows('SELECT state FROM ledger.alert_list')).toEqual([{ state: 'new' }]);
  });

  it('that changes nothing logs nothing', async () => {
    expect(await change({ alertId, operator: 'ann', state: 'new' })).toBe('done');
    expect(await changes()).toEqual([]);
  });

  it('is left as it is when it is in another state than the one that was seen', async () => {
    await change({ alertId, operator: 'bob', state: 'closed', disposition: 'true-positive' });
    const late = { alertId, operator: 'ann', state: 'closed', disposition: 'test', ifState: 'new' } as const;
    expect(await change(late)).toBe('conflict');
    expect(await ledger.rows('SELECT disposition FROM ledger.alert_list')).toEqual([
      { disposition: 'true-positive' },
    ]);
    expect(await change({ ...late, ifState: 'closed' })).toBe('done');
  });

  it('that is not there says so', async () => {
    expect(await change({ alertId: alertId + 1, operator: 'ann' })).toBe('not-found');
  });
});
