import { beforeEach, describe, expect, it } from 'vitest';
import { BrokerError, type Publication } from '@sluice/broker';
import {
  type Verdict,
  type VerdictQueueMessage,
  maxVerdictsBytes,
  maxVerdictsPerMessage,
} from '@sluice/contracts';
import { createLogger } from '@sluice/runtime';
import { Pause } from '../take-jobs/pause.js';
import { ReportVerdictService } from './report-verdict.service.js';

const logger = createLogger({ service: 'test', instance: 'test', level: 'silent' });
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const verdict = (name: string, changes: Partial<Verdict> = {}): Verdict => ({
  kind: 'verdict',
  v: 1,
  submissionId: name,
  outcome: 'clean',
  reason: null,
  reasonText: null,
  detections: [],
  detectionsTotal: 0,
  engines: [],
  object: null,
  scanner: 'test',
  notExamined: [],
  notExaminedTotal: 0,
  notExaminedReasons: [],
  startedAt: '2026-01-01T00:00:00Z',
  finishedAt: '2026-01-01T00:00:00Z',
  ...changes,
});

/** A broker that confirms when the test says so. */
class SlowBroker {
  readonly sent: VerdictQueueMessage[] = [];
  private readonly open: { resolve: () => void; reject: (error: unknown) => void }[] = [];

  publish({ message }: Publication): Promise<void> {
    this.sent.push(message as VerdictQueueMessage);
    return new Promise((resolve, reject) => this.open.push({ resolve, reject }));
  }
  async confirm(): Promise<void> {
    this.open.shift()?.resolve();
    await turn();
  }
  async refuse(error: unknown): Promise<void> {
    this.open.shift()?.reject(error);
    await turn();
  }
  /** What each message says of which scans. */
  get names(): string[][] {
    return this.sent.map((one) =>
      one.kind === 'verdicts'
        ? one.verdicts.map((each) => each.submissionId)
        : [one.kind === 'verdict' ? one.submissionId : one.markerId],
    );
  }
}

let broker: SlowBroker;
let pause: Pause;
let service: ReportVerdictService;
beforeEach(() => {
  broker = new SlowBroker();
  pause = new Pause();
  service = new ReportVerdictService(broker, pause, logger);
});

describe('reporting verdicts', () => {
  it('sends a lone one at once, by itself', async () => {
    const reported = service.report(verdict('a'));
    expect(broker.sent).toEqual([verdict('a')]);
    await broker.confirm();
    expect(await reported).toBe(true);
  });

  it('gathers what is found while two messages are on their way, each true only after its confirm', async () => {
    const done: string[] = [];
    for (const name of ['a', 'b', 'c', 'd', 'e'])
      void service.report(verdict(name)).then((isReported) => isReported && done.push(name));
    expect(broker.names).toEqual([['a'], ['b']]);
    await broker.confirm();
    expect(done).toEqual(['a']);
    expect(broker.names).toEqual([['a'], ['b'], ['c', 'd', 'e']]);
    await broker.confirm();
    await broker.confirm();
    expect(done).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('keeps a message within its number of verdicts and its bytes', async () => {
    const large = { reasonText: 'x'.repeat(maxVerdictsBytes / 2) };
    for (const name of ['a', 'b']) void service.report(verdict(name));
    for (let n = 0; n < maxVerdictsPerMessage + 1; n += 1) void service.report(verdict(`n${n}`));
    for (const name of ['x', 'y', 'z']) void service.report(verdict(name, large));
    for (let n = 0; n < 6; n += 1) await broker.confirm();
    expect(broker.names.slice(2).map((names) => names.length)).toEqual([maxVerdictsPerMessage, 2, 1, 1]);
  });

  it('lets a marker wait for nobody', () => {
    for (const name of ['a', 'b', 'c']) void service.report(verdict(name));
    void service.report({ kind: 'marker', v: 1, markerId: 'm', queue: 'q', priority: 1 });
    expect(broker.names).toEqual([['a'], ['b'], ['m']]);
  });

  it('says of all in a message that it is not reported when the scanner stops first', async () => {
    const reports = ['a', 'b', 'c', 'd'].map((name) => service.report(verdict(name)));
    pause.end();
    for (let n = 0; n < 4; n += 1) await broker.refuse(new BrokerError('disconnected', 'gone'));
    expect(await Promise.all(reports)).toEqual([false, false, false, false]);
  });

  it('rejects all in a message for a bug, and goes on with the next', async () => {
    const reports = ['a', 'b', 'c', 'd'].map((name) => service.report(verdict(name)));
    const outcomes = Promise.allSettled(reports);
    await broker.confirm();
    await broker.refuse(new TypeError('a bug'));
    await broker.refuse(new TypeError('a bug'));
    void service.report(verdict('e'));
    await broker.confirm();
    expect((await outcomes).map((one) => one.status)).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
      'rejected',
    ]);
    expect(broker.names.at(-1)).toEqual(['e']);
  });
});
