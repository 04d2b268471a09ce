import { describe, expect, it } from 'vitest';
import { until } from '@sluice/timing';
import { refusal } from '@sluice/tool-acceptance/receivers';
import { anna, berta, original, useMailReleases, type ReleaseRow } from '../testing/use-mail-releases.js';

const on = useMailReleases();
const { ended, receive, release, rowOf, start } = on;

describe('mail that an operator released', () => {
  it('waits for a receiver that is away, without counting attempts, and is there when that is back', async () => {
    await receive();
    const { port } = on.receiver;
    await on.receiver.stop();
    start();
    const ids = [];
    for (let count = 0; count < 20; count += 1) ids.push(await release({}, `${original}${count}\r\n`));
    await until(
      async () => (await on.fixture.rows(`SELECT FROM ledger.releases WHERE lease IS NOT NULL`)).length > 0,
    );
    await receive({}, port);
    for (const id of ids) expect(await ended(id)).toMatchObject({ state: 'delivered', attempts: 1 });
    expect(new Set(on.receiver.mails.map(({ source }) => source)).size).toBe(20);
    expect(on.receiver.mails).toHaveLength(20);
  });

  it('waits for a receiver that is down or puts everything off for an hour, says so, and arrives once', async () => {
    await receive();
    const { port } = on.receiver;
    await on.receiver.stop();
    start();
    const id = await release({ recipients: [anna, berta] });
    const attempted = async (count: number): Promise<ReleaseRow> =>
      until(async () => {
        const row = await rowOf(id);
        return row.attempt_log.reduce((sum, entry) => sum + entry.count, 0) >= count && row;
      });
    /** As if that much time had passed; what is being sent keeps its lease. */
    const moveBack = (minutes: number) =>
      on.fixture.rows(
        `UPDATE ledger.releases SET created_at = created_at - make_interval(mins => $1), due_at = due_at - make_interval(mins => $1)
         WHERE lease IS NULL`,
        [minutes],
      );
    for (let count = 1; count <= 6; count += 1) {
      const row = await attempted(count);
      expect(row).toMatchObject({ state: 'waiting', attempts: 0, pending: [anna, berta] });
      await moveBack(5);
    }
    const down = await rowOf(id);
    // However often it was asked, it is one entry, for whoever looks.
    expect(down.attempt_log).toHaveLength(1);
    expect(down.attempt_log[0]?.answers).toEqual(down.answers);
    expect(down.answers.map(({ answer }) => answer)).toEqual(
      [anna, berta].map(() => expect.stringContaining('ECONNREFUSED')),
    );

    let isBack = false;
    const seen = down.attempt_log[0]?.count ?? 0;
    await receive({ onData: () => (isBack ? null : refusal(451, '4.3.0 try later')) }, port);
    // The pause between attempts grows to a quarter of an hour.
    for (let count = 1; count <= 4; count += 1) {
      const row = await attempted(seen + count);
      expect(row).toMatchObject({ state: 'waiting', answers: [{ answer: '451 4.3.0 try later' }, {}] });
      await moveBack(15);
    }
    isBack = true;
    const row = await ended(id);
    expect(row.state).toBe('delivered');
    expect(row.attempt_log.map(({ answers }) => answers[0]?.answer)).toEqual([
      expect.stringContaining('ECONNREFUSED'),
      '451 4.3.0 try later',
      expect.stringMatching(/^250 /),
    ]);
    expect(on.receiver.mails.map(({ to }) => to)).toEqual([[anna, berta]]);
  });

  it('leaves ahead of its time when a receiver that put everything off takes mail again', async () => {
    let isBack = false;
    await receive({ onData: () => (isBack ? null : refusal(452, '4.3.1 disk full')) });
    const ids = [await release(), await release({ recipients: [berta] })];
    start();
    await until(async () => {
      const rows = await Promise.all(ids.map(rowOf));
      return rows.every(({ attempts }) => attempts > 0);
    });
    await on.fixture.rows(
      `UPDATE ledger.releases SET due_at = clock_timestamp() + interval '1 day' WHERE lease IS NULL`,
    );
    isBack = true;
    for (const id of ids) expect(await ended(id)).toMatchObject({ state: 'delivered' });
    expect(on.receiver.mails).toHaveLength(2);
  });

  it('is sent again by another when a notifier dies between sending and writing, with the same bytes', async () => {
    await receive();
    const id = await release();
    // What a killed one leaves: its lease, and a message of which no one noted that it was taken.
    await on.fixture.rows(
      `UPDATE ledger.releases SET lease = gen_random_uuid(), due_at = clock_timestamp() + interval '2 s'`,
    );
    start();
    expect(await ended(id)).toMatchObject({ state: 'delivered', attempts: 1 });
    expect(on.receiver.mails).toMatchObject([{ source: original }]);
  });

  it('is not sent twice while a slow receiver takes longer than a lease', async () => {
    await receive({ answerMs: 11_000 });
    start(8000);
    expect(await ended(await release())).toMatchObject({ state: 'delivered', attempts: 1 });
    expect(on.receiver.mails).toHaveLength(1);
  });
});
