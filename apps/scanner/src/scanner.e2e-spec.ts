import { execFileSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { buildMail, buildZip } from '@sluice/containers/testing';
import { exchanges, jobQueue, queues, type Job, type JobQueueKind } from '@sluice/contracts';
import { eicarTestFile } from '@sluice/engine-clamav';
import { until } from '@sluice/timing';
import {
  begun,
  givenUp,
  isBusy,
  isReady,
  metricsOf,
  useScannerSystem,
} from './testing/use-scanner-system.js';

const on = useScannerSystem();
const { killScanners, startClamd, startScanner, stopClamd, submit, submitTogether, verdictOf } = on;

describe('a scanner', () => {
  it('becomes ready, scans, and says what it found and where', async () => {
    const scanner = await startScanner();
    await until(() => isReady(scanner.url));
    const zip = buildZip([{ name: 'eicar.com', bytes: eicarTestFile() }]);
    const infected = await submit(buildMail([{ name: 'invoice.zip', bytes: zip }]));
    const clean = await submit(Buffer.from('harmless'));
    const heavy = await submit(randomBytes(1_000_000), 'heavy');
    expect(await verdictOf(infected)).toMatchObject({
      outcome: 'infected',
      detections: [{ engine: 'clamav', path: ['invoice.zip', 'eicar.com'] }],
      object: { detectedType: 'message/rfc822', mail: { from: 'sender@example.com' } },
    });
    expect(await verdictOf(clean)).toMatchObject({ outcome: 'clean', reason: null });
    expect(await verdictOf(heavy)).toMatchObject({ outcome: 'clean' });
    const metrics = await metricsOf(scanner);
    expect(metrics).toMatch(/sluice_scans_total\{outcome="infected",reason="none",service="scanner"\} 1/);
    const status = await until(() => on.statuses.find((one) => one.service === 'scanner' && one.isReady));
    expect(status.engines.map((engine) => [engine.engine, engine.isHealthy])).toEqual([
      ['clamav', true],
      ['inspector', true],
    ]);
  });

  it('sends markers straight on and unreadable messages to the dead letters', async () => {
    const dead: unknown[] = [];
    on.broker.consume({
      queue: queues.dead,
      prefetch: 1,
      onMessage: async ({ content }) => (dead.push(content), 'ack'),
    });
    await startScanner();
    const marker = {
      kind: 'marker',
      v: 1,
      markerId: randomUUID(),
      queue: jobQueue('light', 'classic').name,
      priority: 1,
    };
    await on.gateway.publish({ exchange: exchanges.jobs.name, routingKey: 'light', message: marker });
    await on.gateway.publish({
      exchange: exchanges.jobs.name,
      routingKey: 'heavy',
      message: { not: 'a job' },
    });
    await until(() => on.markers.length > 0 && dead.length > 0);
    expect(on.markers).toContainEqual(marker);
    expect(dead).toEqual([{ not: 'a job' }]);
  });

  it('takes no jobs while clamd is away, and does its work when clamd is back', async () => {
    await stopClamd();
    const light = jobQueue('light', 'classic').name;
    const { url } = await startScanner();
    const job = await submit(eicarTestFile());
    await until(async () =>
      (await (await fetch(`${url}/health/ready`).catch(() => null))?.text())?.includes('clamav'),
    );
    expect(await on.broker.queueDepth(light)).toEqual({ messages: 1, consumers: 0 });
    await startClamd();
    expect(await verdictOf(job)).toMatchObject({ outcome: 'infected' });
    expect(begun).not.toContain(job.submissionId);
    on.clamd?.processes[0]?.kill();
    const next = await submit(eicarTestFile());
    expect(await verdictOf(next)).toMatchObject({
      outcome: expect.stringMatching(/infected|failed-attempt/),
    });
  });

  it('has a scan that brought down a scanner announced before it is done again', async () => {
    const first = await startScanner();
    await until(() => isReady(first.url));
    const job = await submit(randomBytes(90 * 1024 * 1024), 'heavy');
    await until(() => isBusy(first));
    first.process.kill('SIGKILL');
    await startScanner();
    expect(await verdictOf(job)).toMatchObject({ outcome: 'clean' });
    expect(begun.filter((one) => one === job.submissionId)).toHaveLength(1);
  });

  it('gives the others in a shared file their verdicts, though one of them brings scanners down each time', async () => {
    const standIn = { NODE_ENV: 'test', SCANNER_STAND_IN_ENGINE_MS: '0', SCANNER_SLOTS: '1' };
    const first = await startScanner(standIn);
    await until(() => isReady(first.url));
    const innocent = Array.from({ length: 6 }, () => randomBytes(2000));
    // Not in the first place, where it would have a file of its own.
    const poison = Buffer.from(`stand-in: 600000\n${randomUUID()}`);
    const [alone, poisonous, ...others] = await submitTogether([innocent[0]!, poison, ...innocent.slice(1)]);
    givenUp.add(poisonous!.submissionId);
    await verdictOf(alone!);
    await until(() => isBusy(first));
    for (let deaths = 1; deaths <= 2; deaths += 1) {
      await killScanners();
      await startScanner(standIn);
      await until(() => begun.filter((one) => one === poisonous!.submissionId).length === deaths);
    }
    await killScanners();
    await startScanner(standIn);
    for (const job of others)
      expect(await verdictOf(job)).toMatchObject({ outcome: 'clean', object: { sha256: job.sha256 } });
    expect(on.verdicts.map((one) => one.submissionId)).not.toContain(poisonous!.submissionId);
  });

  it.each([1, 2])(
    'scans mail of any size while slow objects of others have its only slots (%i scanners)',
    async (count) => {
      const standIn = { NODE_ENV: 'test', SCANNER_STAND_IN_ENGINE_MS: '0', SCANNER_SLOTS: '1' };
      const started = await Promise.all(Array.from({ length: count }, () => startScanner(standIn)));
      const areReady = () => Promise.all(started.map(({ url }) => isReady(url)));
      await until(async () => (await areReady()).every(Boolean));
      const slow: Job[] = [];
      const submitSlow = async (kind: JobQueueKind): Promise<void> => {
        slow.push(await submit(Buffer.from(`stand-in: 600000\n${randomUUID()}`), kind));
      };
      for (let one = 0; one < count; one += 1) await submitSlow('heavy');
      // More than there are slots: some wait in the hands of scanners and in the queue.
      for (let one = 0; one < 3 * count; one += 1) await submitSlow('light');
      const areBusy = () => Promise.all(started.map((one) => isBusy(one, 2)));
      await until(async () => (await areBusy()).every(Boolean));
      const mails = [
        await submit(Buffer.from('a mail'), 'mail'),
        await submit(randomBytes(20_000_000), 'mail'),
      ];
      const small = Array.from({ length: 8 }, () => randomBytes(2000));
      mails.push(...(await submitTogether(small, 'mail')));
      for (const mail of mails) expect(await verdictOf(mail)).toMatchObject({ outcome: 'clean' });
      // The slot of a mail is free some time after its verdict is out.
      await until(async () => (await areBusy()).every(Boolean));
      const finished = new Set(on.verdicts.map((one) => one.submissionId));
      expect(slow.filter((one) => finished.has(one.submissionId))).toEqual([]);
    },
    600_000,
  );

  it('finishes what it has in hand when it is stopped, and leaves no process', async () => {
    const scanner = await startScanner();
    await until(() => isReady(scanner.url));
    const pids = childrenOf(scanner.process.pid);
    expect(pids.length).toBeGreaterThan(1);
    const job = await submit(randomBytes(60 * 1024 * 1024), 'heavy');
    await until(() => isBusy(scanner));
    const ended = once(scanner.process, 'exit');
    scanner.process.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(await verdictOf(job)).toMatchObject({ outcome: 'clean' });
    expect(begun).not.toContain(job.submissionId);
    await until(() => pids.every((pid) => !isAlive(pid)));
  });

  it('leaves no inspector behind when it is killed', async () => {
    const scanner = await startScanner();
    await until(() => isReady(scanner.url));
    const pids = childrenOf(scanner.process.pid);
    scanner.process.kill('SIGKILL');
    await until(() => pids.every((pid) => !isAlive(pid)));
  });
});

function childrenOf(pid: number | undefined): number[] {
  const said = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)]).toString();
  return said
    .split('\n')
    .map(Number)
    .filter((one) => one > 0);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
