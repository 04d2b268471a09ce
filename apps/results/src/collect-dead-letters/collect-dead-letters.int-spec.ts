import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AcceptItem } from '@sluice/contracts';
import { AcceptScans } from '../accept-scans/accept-scans.service.js';
import { prepareVerdict } from '../record-verdicts/prepare-verdict.js';
import { RecordVerdicts } from '../record-verdicts/record-verdicts.service.js';
import { itemOf, LedgerFixture, verdictOf } from '../testing/ledger-fixture.js';
import { CollectDeadLetters } from './collect-dead-letters.service.js';

let ledger: LedgerFixture;
let records: RecordVerdicts;
let letters: CollectDeadLetters;
let item: AcceptItem;

beforeAll(async () => {
  ledger = await LedgerFixture.create();
  records = new RecordVerdicts(ledger.database, () => undefined);
  letters = new CollectDeadLetters(ledger.database, records);
});
afterAll(() => ledger.close());
beforeEach(async () => {
  await ledger.clear();
  item = itemOf(await ledger.addSystem());
  await new AcceptScans(ledger.database).accept([item]);
});

const failedJobs = () => ledger.rows('SELECT * FROM ledger.failed_job_list ORDER BY id');
const letter = (text: string) => {
  const raw = Buffer.from(text);
  try {
    return { raw, content: JSON.parse(text) as unknown };
  } catch {
    return { raw, content: undefined };
  }
};

describe('a dead letter', () => {
  it.each([
    ['readable JSON', (id: string) => JSON.stringify({ kind: 'verdict', v: 9, submissionId: id })],
    ['broken JSON that names its scan', (id: string) => `{"kind":"verdict","submissionId":"${id}","x":`],
  ])('of %s ends its scan in error and is one failed job', async (_what, text) => {
    await letters.collect(letter(text(item.submissionId)));
    expect(await ledger.rows('SELECT state, reason FROM ledger.scan_list')).toEqual([
      { state: 'error', reason: 'bad-message' },
    ]);
    expect(await failedJobs()).toEqual([
      expect.objectContaining({
        kind: 'scan',
        submission_id: item.submissionId,
        reason: 'bad-message',
        excerpt: expect.stringContaining(item.submissionId),
      }),
    ]);
    await letters.collect(letter(text(item.submissionId)));
    expect(await failedJobs()).toHaveLength(1);
  });

  it('about a finished scan changes nothing of it', async () => {
    await records.record(prepareVerdict(verdictOf(item, 'clean')));
    await letters.collect(letter(JSON.stringify({ submissionId: item.submissionId })));
    expect(await ledger.rows('SELECT state FROM ledger.scan_list')).toEqual([{ state: 'not detected' }]);
    expect(await failedJobs()).toEqual([expect.objectContaining({ kind: 'message' })]);
  });

  it('of hostile bytes is kept bounded and cleaned', async () => {
    await letters.collect({
      raw: Buffer.concat([Buffer.from([0, 0xff, 0xfe, 0x1b]), Buffer.alloc(100_000, 'x')]),
      content: undefined,
    });
    const [job] = (await failedJobs()) as { excerpt: string; kind: string }[];
    expect(job?.kind).toBe('message');
    expect(Buffer.byteLength(job?.excerpt ?? '')).toBeLessThanOrEqual(512);
    expect(job?.excerpt).not.toMatch(/[\u0000-\u001f]/);
  });
});
