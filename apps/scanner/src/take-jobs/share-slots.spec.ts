import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '@sluice/timing';
import { jobOf } from '../testing/job-of.js';
import { ScannerBench, aheadConsumer, lightConsumer, mailConsumer } from '../testing/scanner-bench.js';

const job = jobOf();
const mail = jobOf();

let bench: ScannerBench;
beforeEach(() => {
  bench = new ScannerBench();
});
afterEach(() => bench.stop());

describe('a scanner with few slots', () => {
  it('takes jobs ahead of its slots while scans are quick and no mail waits, and not from the start', async () => {
    await bench.watch.check();
    expect(bench.isConsuming[aheadConsumer]).toBe(false);
    for (let n = 0; n < 16; n += 1) await bench.deliver(jobOf());
    await until(() => bench.isConsuming[aheadConsumer] === true);
    const open = bench.holdScans();
    const mails = Array.from({ length: 4 }, () => bench.deliver(jobOf(), false, mailConsumer));
    await until(() => bench.isConsuming[aheadConsumer] === false);
    open();
    await Promise.all(mails);
  });

  it('hands back uncounted what it took ahead and has no slot for', async () => {
    await bench.watch.check();
    const open = bench.holdScans();
    const slow = [1, 2].map(() => bench.deliver(jobOf()));
    await until(() => bench.engine.activeCount === 2);
    const waiting = bench.deliver(jobOf());
    expect(await bench.deliver(job, false, aheadConsumer)).toBe('requeue');
    expect(bench.published).toEqual([]);
    open();
    expect(await Promise.all([...slow, waiting])).toEqual(['ack', 'ack', 'ack']);
    expect(await bench.deliver(job, false, aheadConsumer)).toBe('ack');
    expect(bench.begun).toEqual([]);
  });

  it('lets a job run alone when told so', async () => {
    await bench.watch.check();
    const open = bench.holdScans();
    const first = bench.deliver(job);
    await until(() => bench.engine.activeCount === 1);
    bench.decision = 'go-alone';
    const alone = bench.deliver(job, true);
    await until(() => bench.begun.length === 1);
    const third = bench.deliver(job);
    open();
    await Promise.all([first, alone, third]);
    expect(bench.engine.maxActiveCount).toBe(1);
  });

  it('does not count a begin of one that waits for another to be alone', async () => {
    await bench.watch.check();
    const open = bench.holdScans();
    bench.decision = 'go-alone';
    const suspect = bench.deliver(job, true);
    await until(() => bench.engine.activeCount === 1);
    const innocent = bench.deliver(jobOf(), true);
    const ofMail = bench.deliver(mail, true, mailConsumer);
    await until(() => bench.engine.activeCount === 2);
    expect(bench.begun).toEqual([job.submissionId, mail.submissionId]);
    open();
    await Promise.all([suspect, innocent, ofMail]);
    expect(bench.begun).toHaveLength(3);
  });

  it('takes no mail for ordinary slots while one that came back runs alone', async () => {
    await bench.watch.check();
    const open = bench.holdScans();
    bench.decision = 'go-alone';
    const alone = bench.deliver(mail, true, mailConsumer);
    await until(() => bench.engine.activeCount === 1);
    expect(bench.isConsuming).toMatchObject({ [mailConsumer]: true, 'scan.mail.classic.1 2': false });
    // One that waits in the queue gets what becomes free until then.
    bench.waitingMails = 1;
    await until(() => bench.isConsuming[lightConsumer] === false);
    bench.waitingMails = 0;
    open();
    await alone;
    await until(() => bench.usual.every(Boolean));
  });

  it('scans mail while a slow object of another system has the only ordinary slots', async () => {
    await bench.watch.check();
    const open = bench.holdScans();
    const slow = [bench.deliver(job), bench.deliver(jobOf())];
    await until(() => bench.engine.activeCount === 2);
    bench.engine.gate = Promise.resolve();
    expect(await bench.deliver(mail, false, mailConsumer)).toBe('ack');
    expect(bench.verdicts.map((one) => one.submissionId)).toEqual([mail.submissionId]);
    open();
    await Promise.all(slow);
  });

  it('takes no mail for slots that others have, and nothing of others while mail waits', async () => {
    await bench.watch.check();
    const open = bench.holdScans();
    const others = [1, 2].map(() => bench.deliver(jobOf()));
    await until(() => bench.isConsuming['scan.mail.classic.1 2'] === false);
    expect(bench.isConsuming).toMatchObject({
      [mailConsumer]: true,
      [lightConsumer]: true,
    });
    const mails = [1, 2].map(() => bench.deliver(jobOf(), false, mailConsumer));
    await until(() => bench.isConsuming[lightConsumer] === false);
    open();
    await Promise.all([...others, ...mails]);
    await until(() => bench.usual.every(Boolean));
  });

  it('gives a slot that becomes free to mail that waits in its queue, and asks for it only while it has none', async () => {
    await bench.watch.check();
    bench.waitingMails = 3;
    const open = bench.holdScans();
    const others = [1, 2].map(() => bench.deliver(jobOf()));
    await until(() => bench.isConsuming['scan.mail.classic.1 2'] === false);
    await pause(600);
    expect([bench.depthsAsked, bench.isConsuming[lightConsumer]]).toEqual([0, true]);
    const first = bench.deliver(mail, false, mailConsumer);
    await until(() => bench.isConsuming[lightConsumer] === false);
    open();
    await Promise.all([...others, first]);
    expect(bench.isConsuming).toMatchObject({
      'scan.mail.classic.1 2': true,
      [mailConsumer]: true,
      [lightConsumer]: false,
    });
    bench.waitingMails = 0;
    await until(() => bench.usual.every(Boolean));
    const asked = bench.depthsAsked;
    await pause(600);
    expect(bench.depthsAsked).toBe(asked);
  });

  it('keeps nothing from others while the queue of mail cannot be asked for', async () => {
    await bench.watch.check();
    bench.waitingMails = null;
    const open = bench.holdScans();
    const all = [...[1, 2].map(() => bench.deliver(jobOf())), bench.deliver(mail, false, mailConsumer)];
    await until(() => bench.depthsAsked > 1);
    expect(bench.isConsuming[lightConsumer]).toBe(true);
    open();
    await Promise.all(all);
  });
});
