import { describe, expect, it } from 'vitest';
import type { JobQueueKind } from '@sluice/contracts';
import { until } from '@sluice/timing';
import { ScanSlots, type SlotTimes } from './scan-slots.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const never = Number.POSITIVE_INFINITY;

/** Scans that run until they are told to end; `running` names them in the order they began. */
class Hall {
  readonly running: string[] = [];
  readonly slots: ScanSlots;
  private readonly ends = new Map<string, () => void>();
  private readonly all: Promise<unknown>[] = [];

  constructor(light: number, mail: number, times: SlotTimes = { patienceMs: never, suspectMs: 0 }) {
    this.slots = new ScanSlots({ light, mail }, times);
  }

  async start(name: string, queue: JobQueueKind, isAlone = false, lingers?: Promise<void>): Promise<void> {
    this.all.push(
      this.slots.run({ queue, isAlone }, (slot) => {
        this.running.push(name);
        if (lingers !== undefined) slot.keepFromOthers(lingers);
        return new Promise<void>((resolve) => this.ends.set(name, resolve));
      }),
    );
    await turn();
  }

  async end(name: string): Promise<void> {
    this.ends.get(name)?.();
    this.running.splice(this.running.indexOf(name), 1);
    await turn();
  }

  /** Ends whatever runs until nothing does. */
  async drain(): Promise<void> {
    while (this.running.length > 0) for (const name of [...this.running]) await this.end(name);
    await Promise.all(this.all);
  }
}

describe('ScanSlots', () => {
  it('keeps a slot for mail, also where there is one ordinary slot', async () => {
    const hall = new Hall(1, 1);
    await hall.start('slow', 'light');
    expect(hall.slots.isMailHeldUp).toBe(false);
    await hall.start('other', 'light');
    await hall.start('mail', 'mail');
    expect(hall.running).toEqual(['slow', 'mail']);
    expect(hall.slots.isMailHeldUp).toBe(true);
    expect(hall.slots.isMailWaiting).toBe(false);
    await hall.end('mail');
    expect(hall.running).toEqual(['slow']);
    await hall.drain();
  });

  it('lets mail into ordinary slots, before others that wait for them', async () => {
    const hall = new Hall(2, 1);
    await hall.start('a', 'light');
    await hall.start('b', 'light');
    await hall.start('c', 'light');
    for (const name of ['m1', 'm2']) await hall.start(name, 'mail');
    expect(hall.running).toEqual(['a', 'b', 'm1']);
    await hall.end('a');
    expect(hall.running).toEqual(['b', 'm1', 'm2']);
    await hall.end('b');
    expect(hall.running).toEqual(['m1', 'm2', 'c']);
    await hall.drain();
    expect(hall.slots.busy).toBe(0);
  });

  it('keeps what becomes free for mail that waits in its queue, until it is here or gone', async () => {
    const hall = new Hall(2, 1);
    for (const name of ['a', 'b', 'c']) await hall.start(name, 'light');
    await hall.start('m', 'mail');
    hall.slots.keepForMail(true);
    await hall.end('a');
    expect(hall.running).toEqual(['b', 'm']);
    expect(hall.slots.isOpenToMail).toBe(true);
    await hall.start('m2', 'mail');
    expect(hall.running).toEqual(['b', 'm', 'm2']);
    await hall.end('m2');
    hall.slots.keepForMail(false);
    await turn();
    expect(hall.running).toEqual(['b', 'm', 'c']);
    await hall.drain();
  });

  it('lets one that has waited for long begin, though mail waits in its queue', async () => {
    const hall = new Hall(1, 1, { patienceMs: 20, suspectMs: 0 });
    for (const name of ['a', 'b']) await hall.start(name, 'light');
    await hall.start('m', 'mail');
    hall.slots.keepForMail(true);
    await hall.end('a');
    await until(() => hall.running.includes('b'));
    await hall.drain();
  });

  it('says whether others leave a slot to mail', async () => {
    const hall = new Hall(2, 1);
    await hall.start('a', 'light');
    expect(hall.slots.isOpenToMail).toBe(true);
    await hall.start('b', 'light');
    expect(hall.slots.isOpenToMail).toBe(false);
    await hall.drain();
  });

  it('lets one that was handed out go first when it has waited for too long', async () => {
    const hall = new Hall(1, 1, { patienceMs: 20, suspectMs: 0 });
    for (const name of ['m1', 'm2', 'm3']) await hall.start(name, 'mail');
    await hall.start('other', 'light');
    expect(hall.running).toEqual(['m1', 'm2']);
    await new Promise((resolve) => setTimeout(resolve, 30));
    await hall.end('m1');
    expect(hall.running).toEqual(['m2', 'other']);
    await hall.drain();
  });

  it('counts heavy scans by themselves', async () => {
    const hall = new Hall(1, 1);
    for (const [name, queue] of Object.entries({ a: 'light', m: 'mail', m2: 'mail', h: 'heavy' } as const))
      await hall.start(name, queue);
    expect(hall.running).toEqual(['a', 'm', 'h']);
    await hall.drain();
  });

  it('gives the slot of a scan whose engine is still at work to mail alone', async () => {
    const hall = new Hall(1, 1);
    let settle: () => void = () => undefined;
    await hall.start('cut', 'light', false, new Promise((resolve) => (settle = resolve)));
    await hall.end('cut');
    await hall.start('other', 'light');
    for (const name of ['m1', 'm2']) await hall.start(name, 'mail');
    expect(hall.running).toEqual(['m1', 'm2']);
    await hall.end('m2');
    settle();
    await turn();
    expect(hall.running).toEqual(['m1', 'other']);
    await hall.drain();
  });

  it('tells of every change', async () => {
    const hall = new Hall(1, 1);
    let changes = 0;
    hall.slots.onChange(() => (changes += 1));
    await hall.start('a', 'light');
    await hall.end('a');
    expect(changes).toBeGreaterThanOrEqual(2);
  });

  it('frees the slot of work that fails', async () => {
    const slots = new ScanSlots({ light: 1, mail: 1 }, { patienceMs: never, suspectMs: 0 });
    const entry = { queue: 'light', isAlone: true } as const;
    await expect(slots.run(entry, () => Promise.reject(new Error('x')))).rejects.toThrow('x');
    expect(await slots.run(entry, () => Promise.resolve('in'))).toBe('in');
  });
});

describe('a scan that has to be alone', () => {
  it('waits for the others, and keeps new ones out', async () => {
    const hall = new Hall(3, 1);
    await hall.start('a', 'light');
    await hall.start('h', 'heavy');
    await hall.start('alone', 'light', true);
    await hall.start('c', 'light');
    expect(hall.running).toEqual(['a', 'h']);
    await hall.end('a');
    await hall.end('h');
    expect(hall.running).toEqual(['alone']);
    await hall.end('alone');
    expect(hall.running).toEqual(['c']);
    await hall.drain();
  });

  it('does not hold up mail, which has its own slots meanwhile', async () => {
    const hall = new Hall(3, 1);
    await hall.start('alone', 'light', true);
    for (const name of ['m1', 'm2']) await hall.start(name, 'mail');
    expect(hall.running).toEqual(['alone', 'm1']);
    await hall.end('m1');
    expect(hall.running).toEqual(['alone', 'm2']);
    await hall.drain();
  });

  it('lets mail that comes back with it go first', async () => {
    const hall = new Hall(1, 1, { patienceMs: never, suspectMs: 20 });
    await hall.start('suspect', 'light', true);
    await hall.start('m', 'mail');
    expect(hall.running).toEqual(['m']);
    await hall.end('m');
    await until(() => hall.running.includes('suspect'));
    await hall.drain();
  });

  it('begins beside mail in its own slots when there is always mail', async () => {
    const hall = new Hall(1, 1, { patienceMs: 20, suspectMs: 0 });
    for (const name of ['m1', 'm2', 'm3']) await hall.start(name, 'mail');
    await hall.start('suspect', 'light', true);
    await new Promise((resolve) => setTimeout(resolve, 30));
    await hall.end('m2');
    expect(hall.running).toEqual(['m1', 'suspect']);
    await hall.drain();
  });

  it('leaves ordinary slots to mail for as long as it has to wait for others', async () => {
    const hall = new Hall(2, 1, { patienceMs: 20, suspectMs: 0 });
    await hall.start('h', 'heavy');
    await hall.start('suspect', 'light', true);
    await new Promise((resolve) => setTimeout(resolve, 30));
    for (const name of ['m1', 'm2']) await hall.start(name, 'mail');
    expect([hall.running, hall.slots.isOpenToMail]).toEqual([['h', 'm1', 'm2'], true]);
    await hall.end('h');
    await hall.start('m3', 'mail');
    expect([hall.running, hall.slots.isOpenToMail]).toEqual([['m1', 'm2'], false]);
    await hall.end('m1');
    expect(hall.running).toEqual(['m2', 'suspect']);
    await hall.drain();
  });

  it('of mail waits for mail alone, and nothing begins beside it', async () => {
    const hall = new Hall(2, 1);
    await hall.start('other', 'light');
    await hall.start('m1', 'mail');
    await hall.start('alone', 'mail', true);
    await hall.start('m2', 'mail');
    expect(hall.running).toEqual(['other', 'm1']);
    await hall.end('m1');
    await hall.start('late', 'light');
    expect(hall.running).toEqual(['other', 'alone']);
    await hall.drain();
  });

  it('of mail shuts the ordinary slots to mail from when it waits until it has ended, and holds up what waits', async () => {
    const hall = new Hall(2, 1);
    const seen = (): boolean[] => [hall.slots.isOpenToMail, hall.slots.isMailHeldUp];
    await hall.start('m', 'mail');
    await hall.start('alone', 'mail', true);
    expect([hall.running, ...seen()]).toEqual([['m'], false, true]);
    await hall.end('m');
    expect([hall.running, ...seen()]).toEqual([['alone'], false, false]);
    // In its queue.
    hall.slots.keepForMail(true);
    expect(seen()).toEqual([false, true]);
    hall.slots.keepForMail(false);
    await hall.end('alone');
    expect(seen()).toEqual([true, false]);
    await hall.drain();
  });

  it('lets a scan give up its slot for one alone, and frees that one, too', async () => {
    const slots = new ScanSlots({ light: 2, mail: 1 }, { patienceMs: never, suspectMs: 0 });
    const seen: string[] = [];
    let end: () => void = () => undefined;
    const other = slots.run(
      { queue: 'light', isAlone: false },
      () => new Promise<void>((resolve) => (end = resolve)),
    );
    const suspect = slots.run({ queue: 'light', isAlone: false }, async (slot) => {
      await slot.becomeAlone();
      await slot.becomeAlone();
      seen.push('alone');
      await turn();
      seen.push('ends');
    });
    await turn();
    const next = slots.run({ queue: 'light', isAlone: false }, async () => void seen.push('next'));
    await turn();
    expect([seen, slots.busy]).toEqual([[], 1]);
    end();
    await Promise.all([other, suspect, next]);
    expect([seen, slots.busy]).toEqual([['alone', 'ends', 'next'], 0]);
  });
});
