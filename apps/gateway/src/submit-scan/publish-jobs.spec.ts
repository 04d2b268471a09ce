import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Job } from '@sluice/contracts';
import { JobPublisher } from './publish-jobs.service.js';
import type { JobBroker } from './publish-jobs.service.js';

const job = (n: number): Job => ({
  kind: 'job',
  v: 1,
  submissionId: `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`,
  objectKey: '0'.repeat(32),
  sizeBytes: 1,
  sha256: '0'.repeat(64),
  objectType: 'file',
});

class FakeBroker implements JobBroker {
  isConnected = true;
  isBlocked = false;
  failures = 0;
  published: Parameters<JobBroker['publish']>[0][] = [];
  connected: () => void = () => undefined;
  onConnected(listener: () => void): void {
    this.connected = listener;
  }
  async publish(publication: Parameters<JobBroker['publish']>[0]): Promise<void> {
    if (this.failures > 0) {
      this.failures -= 1;
      throw new Error('not confirmed');
    }
    this.published.push(publication);
  }
}

let broker: FakeBroker;
let problems: string[];
let jobs: JobPublisher;
beforeEach(() => {
  vi.useFakeTimers();
  broker = new FakeBroker();
  problems = [];
  jobs = new JobPublisher(broker, (_, submissionId) => problems.push(submissionId));
});
afterEach(() => void vi.useRealTimers());

describe('job publisher', () => {
  it('publishes to the queue and at the priority the ledger said, for the broker to keep in memory', async () => {
    jobs.publish({ job: job(1), queue: 'heavy', priority: 5 });
    await jobs.flush();
    expect(broker.published).toEqual([
      { exchange: 'sluice.jobs', routingKey: 'heavy', message: job(1), priority: 5, persistent: false },
    ]);
  });

  it('publishes again what was not confirmed, after a while and when the broker is back', async () => {
    broker.failures = 1;
    jobs.publish({ job: job(1), queue: 'light', priority: 1 });
    await vi.advanceTimersByTimeAsync(1000);
    expect(problems).toEqual([job(1).submissionId]);
    expect(broker.published).toHaveLength(1);
    broker.failures = 1;
    jobs.publish({ job: job(2), queue: 'light', priority: 1 });
    await vi.advanceTimersByTimeAsync(0);
    broker.connected();
    await vi.advanceTimersByTimeAsync(0);
    expect(broker.published.map(({ message }) => message)).toEqual([job(1), job(2)]);
    await jobs.flush();
  });

  it('publishes what an alarm of the broker kept back when that is over, of which no one is told', async () => {
    broker.failures = 1;
    jobs.publish({ job: job(1), queue: 'mail', priority: 5 });
    broker.isBlocked = true;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(broker.published).toEqual([]);
    broker.isBlocked = false;
    await vi.advanceTimersByTimeAsync(1000);
    expect(broker.published).toHaveLength(1);
    await jobs.flush();
  });

  it('waits in vain for no one when it stops', async () => {
    broker.failures = 5;
    jobs.publish({ job: job(1), queue: 'light', priority: 1 });
    await jobs.flush();
    expect(vi.getTimerCount()).toBe(0);
  });
});
