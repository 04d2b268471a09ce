import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLogger } from '@sluice/runtime';
import { ledgerRpc, type AcceptItem } from '@sluice/contracts';
import { AcceptScans } from '../accept-scans/accept-scans.service.js';
import { prepareVerdict } from '../record-verdicts/prepare-verdict.js';
import { RecordVerdicts } from '../record-verdicts/record-verdicts.service.js';
import { RescanObjects } from '../rescan-objects/rescan-objects.service.js';
import { itemOf, LedgerFixture, verdictOf, type System } from '../testing/ledger-fixture.js';
import { RecordingBroker } from '../testing/recording-broker.js';
import { RetryScans } from './retry-scans.service.js';
import { noSharedFiles } from '../testing/files-of-their-own.js';

let ledger: LedgerFixture;
let broker: RecordingBroker;
let accepts: AcceptScans;
let records: RecordVerdicts;
let retries: RetryScans;
let rescans: RescanObjects;
let system: System;
let item: AcceptItem;

const rescan = async (submissionId: string) =>
  rescans.rescan(submissionId, await ledger.announced(ledgerRpc.rescan));
const retry = async (failedJobId: number) =>
  rescans.retryFailedJob(failedJobId, await ledger.announced(ledgerRpc.retryFailedJob));

beforeAll(async () => {
  ledger = await LedgerFixture.create();
  accepts = new AcceptScans(ledger.database);
  records = new RecordVerdicts(ledger.database, () => undefined);
  rescans = new RescanObjects(ledger.database, {} as never, () => undefined, noSharedFiles);
});
afterAll(() => ledger.close());
beforeEach(async () => {
  await ledger.clear();
  broker = new RecordingBroker();
  retries = new RetryScans(
    ledger.database,
    broker,
    createLogger({ service: 'test', instance: 't', level: 'silent' }),
  );
  system = await ledger.addSystem();
  item = itemOf(system);
  await accepts.accept([item]);
});

const conclude = (outcome: 'failed-attempt' | 'infected' | 'clean', startedAt = new Date().toISOString()) =>
  records.record(prepareVerdict(verdictOf(item, outcome, { startedAt })));
const makeDue = () =>
  ledger.database.query(
    `UPDATE ledger.scans SET not_before = clock_timestamp() WHERE not_before IS NOT NULL`,
  );
const waiting = () => ledger.rows('SELECT submission_id FROM ledger.scan_list WHERE not_before IS NOT NULL');

describe('a retry', () => {
  it('is published when it is due, once', async () => {
    await conclude('failed-attempt');
    await retries.publishDue();
    expect(broker.take()).toEqual([]);
    await makeDue();
    await retries.publishDue();
    expect(broker.take()).toEqual([
      expect.objectContaining({
        exchange: 'sluice.jobs',
        routingKey: 'light',
        priority: 1,
        message: expect.objectContaining({
          kind: 'job',
          submissionId: item.submissionId,
          objectKey: item.objectKey,
        }),
      }),
    ]);
    await retries.publishDue();
    expect(broker.take()).toEqual([]);
    expect(await waiting()).toEqual([]);
  });

  it('stays due while the broker does not take it', async () => {
    await conclude('failed-attempt');
    await makeDue();
    broker.isRefusing = true;
    await retries.publishDue();
    expect(await waiting()).toHaveLength(1);
    broker.isRefusing = false;
    await retries.publishDue();
    expect(broker.take()).toHaveLength(1);
  });

  it('is not published once a verdict came', async () => {
    await conclude('failed-attempt');
    await makeDue();
    await conclude('clean', '2026-01-01T00:00:00Z');
    await retries.publishDue();
    expect(broker.take()).toEqual([]);
  });

  it('keeps the later time of a failure that came while its job was being published', async () => {
    await conclude('failed-attempt', '2026-01-01T00:00:00Z');
    await makeDue();
    const publish = broker.publish;
    broker.publish = async (publication) => {
      await conclude('failed-attempt', '2026-01-02T00:00:00Z');
      return publish(publication);
    };
    await retries.publishDue();
    expect(await waiting()).toHaveLength(1);
  });
});

describe('a rescan', () => {
  it('is a new submission of the kept object, published at once, and leaves what the caller was told', async () => {
    await conclude('infected');
    expect(await rescan(item.submissionId)).toBe('done');
    expect(await rescan(item.submissionId)).toBe('conflict');
    await retries.publishDue();
    const [job] = broker.take().map((one) => one.message as { submissionId: string; objectKey: string });
    expect(job).toMatchObject({ objectKey: item.objectKey });
    expect(job?.submissionId).not.toBe(item.submissionId);
    item = { ...item, submissionId: job?.submissionId ?? '' };
    expect(await conclude('clean')).toMatchObject({ state: 'not detected', isObjectDone: false });
    expect(await ledger.rows('SELECT state, is_shown FROM ledger.scan_list ORDER BY seq')).toEqual([
      { state: 'detect', is_shown: true },
      { state: 'not detected', is_shown: false },
    ]);
    expect(await ledger.counterErrors()).toEqual([]);
  });

  it('is refused for an unknown scan, an unfinished one and an object that is gone', async () => {
    expect(await rescan(itemOf(system).submissionId)).toBe('not-found');
    expect(await rescan(item.submissionId)).toBe('conflict');
    await conclude('clean');
    expect(await rescan(item.submissionId)).toBe('object-gone');
  });

  it('of a failed job removes the job from the list', async () => {
    for (let n = 0; n < 4; n++) await conclude('failed-attempt', `2026-01-0${n + 1}T00:00:00Z`);
    const [job] = await ledger.rows<{ id: number }>('SELECT id FROM ledger.failed_job_list');
    expect(await retry(job?.id ?? 0)).toBe('done');
    expect(await ledger.rows('SELECT actor, action, target, before FROM registry.audit')).toEqual([
      {
        actor: 'ann',
        action: 'failed-job.retry',
        target: `failed job ${job?.id}`,
        before: { kind: 'scan', reason: 'too-many-attempts', submissionId: item.submissionId },
      },
    ]);
    expect(await ledger.rows('SELECT id FROM ledger.failed_job_list')).toEqual([]);
    expect(await retry(job?.id ?? 0)).toBe('not-found');
    expect(
      await rescans.deleteFailedJob(job?.id ?? 0, await ledger.announced(ledgerRpc.deleteFailedJob)),
    ).toBe('not-found');
  });
});
