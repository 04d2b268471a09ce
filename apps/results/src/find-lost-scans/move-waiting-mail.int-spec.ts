import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BrokerError, type ConsumeOptions, type Delivery, type Disposition } from '@sluice/broker';
import type { AcceptItem } from '@sluice/contracts';
import { createLogger } from '@sluice/runtime';
import { jobOf } from '../accept-scans/accept-scans.query.js';
import { AcceptScans } from '../accept-scans/accept-scans.service.js';
import { itemOf, LedgerFixture, type System } from '../testing/ledger-fixture.js';
import { RecordingBroker } from '../testing/recording-broker.js';
import { MoveWaitingMail } from './move-waiting-mail.service.js';

/** A broker whose queues have as many consumers as the test says. */
class CountedBroker extends RecordingBroker {
  takers = { 'scan.mail.classic.1': 0, 'scan.light.classic.1': 0 };
  isMoving = false;
  onMessage: ConsumeOptions['onMessage'] = () => Promise.reject(new Error('no consumer yet'));

  queueDepth = (name: string): Promise<{ messages: number; consumers: number }> => {
    const own = name === 'scan.mail.classic.1' && this.isMoving ? 1 : 0;
    return Promise.resolve({ messages: 0, consumers: this.takers[name as keyof typeof this.takers] + own });
  };

  consume = (options: ConsumeOptions) => {
    this.onMessage = options.onMessage;
    const set = (is: boolean) => () => Promise.resolve(void (this.isMoving = is));
    const isMoving = () => this.isMoving;
    return {
      get isActive() {
        return isMoving();
      },
      pause: set(false),
      resume: set(true),
      stop: set(false),
    };
  };
}

const delivery = (content: unknown): Delivery => ({
  content,
  redelivered: false,
  raw: Buffer.alloc(0),
  priority: 5,
  routingKey: 'mail',
  sender: 'gateway',
  reply: () => undefined,
});

let ledger: LedgerFixture;
let broker: CountedBroker;
let moving: MoveWaitingMail;
let mail: System;
beforeAll(async () => {
  ledger = await LedgerFixture.create();
});
afterAll(() => ledger.close());
beforeEach(async () => {
  await ledger.clear();
  broker = new CountedBroker();
  const logger = createLogger({ service: 'test', instance: 't', level: 'silent' });
  moving = new MoveWaitingMail({ broker, database: ledger.database, queueType: 'classic', logger });
  mail = await ledger.addSystem({ type: 'mail' });
});

describe('mail in its queue', () => {
  it.each([
    ['is left to scanners that take from it', { mail: 1, light: 1 }, false],
    ['is moved while scanners take from the ordinary queue alone', { mail: 0, light: 1 }, true],
    ['waits while no one takes anything', { mail: 0, light: 0 }, false],
  ])('%s', async (_what, takers, isMoving) => {
    broker.takers = { 'scan.mail.classic.1': takers.mail, 'scan.light.classic.1': takers.light };
    await moving.look();
    expect(broker.isMoving).toBe(isMoving);
    await moving.look();
    expect(broker.isMoving).toBe(isMoving);
  });

  it('is no longer moved as soon as a scanner takes from it', async () => {
    broker.takers['scan.light.classic.1'] = 1;
    await moving.look();
    broker.takers['scan.mail.classic.1'] = 1;
    await moving.look();
    expect(broker.isMoving).toBe(false);
  });
});

describe('a moved job', () => {
  const accept = async (changes: Partial<AcceptItem> = {}): Promise<AcceptItem> => {
    const item = itemOf(mail, changes);
    expect(await new AcceptScans(ledger.database).accept([item])).toMatchObject([{ queue: 'mail' }]);
    return item;
  };
  const move = (item: AcceptItem): Promise<Disposition> => broker.onMessage(delivery(jobOf(item)));
  const queues = () => ledger.rows('SELECT queue, priority FROM ledger.scan_list');

  it('goes to the queue of its size, first, and the ledger looks for it there', async () => {
    await ledger.set('heavyObjectBytes', 500);
    const item = await accept({ sizeBytes: 501 });
    expect(await move(item)).toBe('ack');
    expect(broker.take()).toMatchObject([
      { routingKey: 'heavy', priority: 5, message: { submissionId: item.submissionId } },
    ]);
    expect(await queues()).toEqual([{ queue: 'heavy', priority: 5 }]);
  });

  it('stays until the broker has it in its new queue', async () => {
    const item = await accept();
    const { publish } = broker;
    broker.publish = () => Promise.reject(new BrokerError('blocked', 'refusing'));
    expect(await move(item)).toBe('requeue');
    broker.publish = publish;
    expect(await move(item)).toBe('ack');
    expect(broker.take()).toMatchObject([{ routingKey: 'light' }]);
  });

  it('of a scan that has its verdict is done; markers too', async () => {
    const item = itemOf(mail);
    expect(await move(item)).toBe('ack');
    const marker = { kind: 'marker', v: 1, markerId: 'm', queue: 'mail', priority: 5 };
    expect(await broker.onMessage(delivery(marker))).toBe('ack');
    expect(broker.take()).toEqual([]);
  });

  it('that cannot be read is shown to operators', async () => {
    expect(await broker.onMessage(delivery({ kind: 'job' }))).toBe('dead-letter');
  });
});
