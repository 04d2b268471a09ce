import { afterEach, describe, expect, it } from 'vitest';
import { until } from '@sluice/timing';
import { connectBroker, type Broker } from './index.js';
import { job, silent } from './testing/use-private-broker.js';

const open: Broker[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((broker) => broker.close()));
});

describe('publishing', () => {
  it('rejects at once while there is no broker, and keeps nothing for later', async () => {
    const broker = await connectBroker({
      url: 'amqp://127.0.0.1:1/',
      name: 'nobody',
      heartbeatSeconds: 60,
      logger: silent,
    });
    open.push(broker);
    await expect(broker.publish(job(1, 1))).rejects.toMatchObject({ code: 'disconnected' });
  });
});

describe('an outage', () => {
  it('is told once, however often the broker is asked meanwhile', async () => {
    const told: string[] = [];
    const tell = (_fields: object, message: string) => void told.push(message);
    let attempts = 0;
    const broker = await connectBroker({
      url: 'amqp://127.0.0.1:1/',
      name: 'nobody',
      heartbeatSeconds: 60,
      logger: {
        debug: (_fields, message) => void (attempts += Number(message === 'broker not reachable')),
        info: tell,
        warn: tell,
        error: tell,
      },
    });
    open.push(broker);
    await until(() => attempts >= 2);
    expect(told).toEqual(['broker not reachable']);
  });
});
