import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AcceptScans } from '../accept-scans/accept-scans.service.js';
import { prepareVerdict } from '../record-verdicts/prepare-verdict.js';
import { RecordVerdicts } from '../record-verdicts/record-verdicts.service.js';
import { itemOf, LedgerFixture, verdictOf } from '../testing/ledger-fixture.js';
import { ledgerRpc } from '@sluice/contracts';
import { changeAlert, type AlertChange } from './change-alert.query.js';
import { changeAlerts, type AlertsChange } from './change-alerts.query.js';

let ledger: LedgerFixture;
let ids: number[];

beforeAll(async () => {
  ledger = await LedgerFixture.create();
  const system = await ledger.addSystem();
  const items = [itemOf(system), itemOf(system), itemOf(system)];
  await new AcceptScans(ledger.database).accept(items);
  const verdicts = new RecordVerdicts(ledger.database, () => undefined);
  for (const item of items) await verdicts.record(prepareVerdict(verdictOf(item, 'infected')));
  ids = (await ledger.rows('SELECT id FROM ledger.alert_list ORDER BY id')).map((row) => Number(row['id']));
});
afterAll(() => ledger.close());

const changeOne = async (change: Omit<AlertChange, 'changeId'>) =>
  changeAlert(ledger.database, { ...change, changeId: await ledger.announced(ledgerRpc.changeAlert) });
const changeMany = async (change: Omit<AlertsChange, 'changeId'>) =>
  changeAlerts(ledger.database, { ...change, changeId: await ledger.announced(ledgerRpc.changeAlerts) });

describe('changing many alerts at once', () => {
  it('logs each as if it were changed alone, and leaves out those that are so already or gone', async () => {
    const [first = 0, second = 0, third = 0] = ids;
    await changeOne({ alertId: first, operator: 'ann', state: 'closed' });
    const alertIds = [...ids, third + 1];
    expect(await changeMany({ alertIds, operator: 'bob', state: 'closed' })).toEqual({ changed: 2, left: 0 });
    expect(await ledger.rows('SELECT DISTINCT state, assignee FROM ledger.alert_list')).toEqual([
      { state: 'closed', assignee: null },
    ]);
    expect(
      await ledger.rows(
        `SELECT alert_id::integer AS id, state_before, state_after, assignee_after, comment
         FROM ledger.alert_changes WHERE operator = 'bob' ORDER BY id`,
      ),
    ).toEqual(
      [second, third].map((id) => ({
        id,
        state_before: 'new',
        state_after: 'closed',
        assignee_after: null,
        comment: null,
      })),
    );
  });

  it('says what closed ones turned out to be, for as long as they are closed', async () => {
    const [first = 0, second = 0] = ids;
    const dispositions = async () =>
      (await ledger.rows('SELECT disposition FROM ledger.alert_list ORDER BY id')).map(
        (row) => row['disposition'],
      );
    const many = (change: object) => changeMany({ alertIds: [first, second], operator: 'bob', ...change });
    expect(await many({ state: 'closed', disposition: 'test' })).toMatchObject({ changed: 2 });
    await changeOne({ alertId: first, operator: 'ann', disposition: 'duplicate' });
    expect(await dispositions()).toEqual(['duplicate', 'test', null]);
    expect(await many({ disposition: null })).toMatchObject({ changed: 2 });
    expect(await many({ disposition: 'test' })).toMatchObject({ changed: 2 });
    await changeOne({ alertId: second, operator: 'ann', state: 'new' });
    await many({ state: 'in-process', disposition: 'test' });
    expect(await dispositions()).toEqual([null, null, null]);
    const [last] = await ledger.rows(
      `SELECT disposition_before, disposition_after FROM ledger.alert_changes
       WHERE alert_id = $1 AND operator = 'ann' ORDER BY id DESC LIMIT 1`,
      [second],
    );
    expect(last).toEqual({ disposition_before: 'test', disposition_after: null });
    await many({ state: 'closed' });
  });

  it('is one audit entry, which says how many changed', async () => {
    await ledger.rows('TRUNCATE registry.audit');
    await changeMany({ alertIds: ids, operator: 'ann', state: 'in-process' });
    expect(await ledger.rows('SELECT actor, action, target, before, after FROM registry.audit')).toEqual([
      {
        actor: 'ann',
        action: 'alert.change-many',
        target: `alerts ${ids[0]} to ${ids[2]}`,
        before: { ids },
        after: { state: 'in-process', changed: 3 },
      },
    ]);
  });

  it('leaves as it is what is in another state than the one that was seen', async () => {
    const [first = 0, second = 0, third = 0] = ids;
    await changeMany({ alertIds: ids, operator: 'ann', state: 'new' });
    await changeOne({ alertId: second, operator: 'bob', state: 'closed', disposition: 'true-positive' });
    const closing = { operator: 'ann', state: 'closed', disposition: 'test', ifState: 'new' } as const;
    expect(await changeMany({ alertIds: ids, ...closing })).toEqual({ changed: 2, left: 1 });
    const now = await ledger.rows('SELECT id::integer, disposition FROM ledger.alert_list ORDER BY id');
    expect(now).toEqual([
      { id: first, disposition: 'test' },
      { id: second, disposition: 'true-positive' },
      { id: third, disposition: 'test' },
    ]);
    expect(await changeMany({ alertIds: ids, ...closing })).toEqual({ changed: 0, left: 3 });
  });

  it('has one of two operators decide, who close the same at once', async () => {
    await changeMany({ alertIds: ids, operator: 'ann', state: 'new' });
    const close = (operator: string) =>
      changeMany({ alertIds: ids, operator, state: 'closed', disposition: 'test', ifState: 'new' });
    const answers = await Promise.all([close('ann'), close('bob')]);
    expect(answers.map(({ changed }) => changed).sort()).toEqual([0, 3]);
    expect(answers.map(({ left }) => left).sort()).toEqual([0, 3]);
  });

  it('takes an assignee away, and a comment reaches all of them', async () => {
    await changeMany({ alertIds: ids, operator: 'ann', assignee: 'ann' });
    const change = { alertIds: ids, operator: 'ann', assignee: null, comment: 'a test' };
    expect(await changeMany(change)).toEqual({ changed: 3, left: 0 });
    expect(await ledger.rows('SELECT DISTINCT assignee FROM ledger.alert_list')).toEqual([
      { assignee: null },
    ]);
    expect(await ledger.rows(`SELECT FROM ledger.alert_changes WHERE comment = 'a test'`)).toHaveLength(3);
  });
});
