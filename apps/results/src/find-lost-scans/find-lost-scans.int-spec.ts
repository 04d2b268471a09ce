import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AcceptItem, Marker } from '@sluice/contracts';
import { createLogger } from '@sluice/runtime';
import { AcceptScans } from '../accept-scans/accept-scans.service.js';
import { prepareVerdict } from '../record-verdicts/prepare-verdict.js';
import { RecordVerdicts } from '../record-verdicts/record-verdicts.service.js';
import { itemOf, LedgerFixture, verdictOf, type System } from '../testing/ledger-fixture.js';
import { RecordingBroker } from '../testing/recording-broker.js';
import { FindLostScans } from './find-lost-scans.service.js';

const heartbeatSeconds = 10;
/** scanTimeoutSeconds + three heartbeats + the margin. */
const longest = 120 + 3 * heartbeatSeconds + 5;

let ledger: LedgerFixture;
let broker: RecordingBroker;
let lost: FindLostScans;
let accepts: AcceptScans;
let system: System;

beforeAll(async () => {
  ledger = await LedgerFixture.create();
  accepts = new AcceptScans(ledger.database);
});
afterAll(() => ledger.close());
beforeEach(async () => {
  await ledger.clear();
  await ledger.liftLimits();
  broker = new RecordingBroker();
  const logger = createLogger({ service: 'test', instance: 't', level: 'silent' });
  lost = new FindLostScans(ledger.database, broker, heartbeatSeconds, logger);
  system = await ledger.addSystem();
});

const accept = async (count = 1, of = system): Promise<AcceptItem[]> => {
  const items = Array.from({ length: count }, () => itemOf(of));
  await accepts.accept(items);
  return items;
};
/** The database's clock moves on by this for everything the ledger knows. */
const pass = async (seconds: number) => {
  await ledger.database.query(
    `UPDATE ledger.scans SET published_at = published_at - make_interval(secs => $1)`,
    [seconds],
  );
  await passMarkers(seconds);
};
const passMarkers = async (seconds: number) => {
  await ledger.database.query(
    `UPDATE ledger.markers SET issued_at = issued_at - make_interval(secs => $1),
       returned_at = returned_at - make_interval(secs => $1)`,
    [seconds],
  );
};
const send = async (): Promise<Marker[]> => {
  await lost.sendMarkers();
  return broker.take().map((one) => one.message as Marker);
};
const back = async (markers: readonly Marker[]) => {
  for (const { markerId } of markers) await lost.noteReturned(markerId);
};
const found = async () => {
  await lost.publishLost();
  return broker.take().map((one) => (one.message as { submissionId: string }).submissionId);
};
/** Everything up to the moment a job published at the start counts as lost. */
const bothMarkersBack = async () => {
  await pass(10);
  await back(await send());
  await pass(longest + 1);
  await back(await send());
};

describe('whether any could be lost', () => {
  it('is answered by what is unfinished', async () => {
    expect(await lost.isAnyUnfinished()).toBe(false);
    const [item] = await accept();
    expect(await lost.isAnyUnfinished()).toBe(true);
    if (item !== undefined)
      await new RecordVerdicts(ledger.database, () => undefined).record(
        prepareVerdict(verdictOf(item, 'clean')),
      );
    expect(await lost.isAnyUnfinished()).toBe(false);
  });
});

describe('a marker', () => {
  it('goes into each queue at each priority', async () => {
    const sent = await send();
    expect(sent.map((one) => `${one.queue} ${one.priority}`).sort()).toEqual([
      'heavy 0',
      'heavy 1',
      'heavy 5',
      'light 0',
      'light 1',
      'light 5',
      'mail 5',
    ]);
  });

  it('that was not published leaves nothing behind', async () => {
    broker.isRefusing = true;
    await lost.sendMarkers();
    expect(await ledger.rows('SELECT * FROM ledger.markers')).toEqual([]);
  });

  it('is sent rarely while none comes back, and again when one does', async () => {
    const sent = [];
    for (let n = 0; n < 30; n++) sent.push(await send());
    expect(sent.flat()).toHaveLength(7 * 20);
    await back(sent[19] ?? []);
    expect(await send()).toHaveLength(7);
  });

  it('measures how long its queue takes', async () => {
    const startedMs = performance.now();
    const sent = await send();
    await pass(30);
    await back(sent);
    // However long the test itself took between one and the other.
    const mostSeconds = 31 + (performance.now() - startedMs) / 1000;
    const depths = await ledger.rows<{ last_wait_seconds: number }>(
      'SELECT last_wait_seconds FROM ledger.queue_depths',
    );
    expect(depths).toHaveLength(7);
    for (const { last_wait_seconds: seconds } of depths) {
      expect(seconds).toBeGreaterThanOrEqual(30);
      expect(seconds).toBeLessThan(mostSeconds);
    }
  });
});

describe('a job', () => {
  it('is lost when two markers, L apart, came back after it, and is published again once', async () => {
    const [item] = await accept();
    await bothMarkersBack();
    expect(await found()).toEqual([item?.submissionId]);
    expect(await found()).toEqual([]);
    await bothMarkersBack();
    expect(await found()).toEqual([item?.submissionId]);
  });

  it('is not lost after the first marker, however old it is', async () => {
    await accept();
    await pass(10);
    await back(await send());
    await pass(10 * longest);
    expect(await found()).toEqual([]);
  });

  it('is not lost when the second marker was issued too early', async () => {
    await accept();
    await pass(10);
    await back(await send());
    // A busy machine adds some of its own.
    await pass(longest - 60);
    await back(await send());
    await pass(longest);
    expect(await found()).toEqual([]);
  });

  it('published after the first marker is not lost', async () => {
    await pass(10);
    await back(await send());
    await accept();
    await pass(longest + 1);
    await back(await send());
    expect(await found()).toEqual([]);
  });

  it('in a backlog of 50,000 is not published again, however long it waits', async () => {
    await ledger.database.query(
      `INSERT INTO ledger.scans (submission_id, registration_id, sensor_id, is_mail, instance, scan_id, is_shown, shown_state,
         state, object_key, sha256, size_bytes, object_type, rcpt_to, source_address, queue, priority, accepted_at, published_at)
       SELECT gen_random_uuid(), $1, 's', false, '', null, false, 'processing', 'processing', 'k', 'h', 1, 'file', '[]', 'a',
         'light', 1, now(), now() - interval '1 day' FROM generate_series(1, 50000)`,
      [system.registrationId],
    );
    // Markers of the other queues come back all the time; those of the backlog don't.
    for (let n = 0; n < 3; n++) {
      await passMarkers(longest + 10);
      await back((await send()).filter((one) => one.queue !== 'light' || one.priority === 5));
    }
    expect(await found()).toEqual([]);
  });

  it('is not lost while it waits for a retry, or when it has its verdict', async () => {
    const records = new RecordVerdicts(ledger.database, () => undefined);
    const [waiting, done] = await accept(2);
    await records.record(prepareVerdict(verdictOf(waiting as AcceptItem, 'failed-attempt')));
    await records.record(prepareVerdict(verdictOf(done as AcceptItem, 'clean')));
    await bothMarkersBack();
    expect(await found()).toEqual([]);
  });

  it('of a mail sensor is published before the others, all of a wiped broker in bounded steps', async () => {
    const mail = await ledger.addSystem({ type: 'mail' });
    await accept(400);
    const mails = new Set((await accept(20, mail)).map((one) => one.submissionId));
    await bothMarkersBack();
    expect(await lost.publishLost()).toBe(true);
    const first = broker.take().map((one) => (one.message as { submissionId: string }).submissionId);
    expect(first).toHaveLength(300);
    expect(first.slice(0, 20).every((id) => mails.has(id))).toBe(true);
    expect(await lost.publishLost()).toBe(false);
    expect(broker.take()).toHaveLength(120);
  });
});
