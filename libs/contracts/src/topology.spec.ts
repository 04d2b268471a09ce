import { describe, expect, it } from 'vitest';
import { brokerPermissions } from './broker-permissions.js';
import { ledgerRpc } from './ledger-rpc/index.js';
import { isSentBy, senderOf } from './message-sender.js';
import {
  declaredQueues,
  formerJobQueues,
  jobPriorities,
  jobQueue,
  jobQueueKinds,
  jobQueueTypes,
  queues,
} from './topology.js';

const may = (pattern: string, name: string) => new RegExp(pattern).test(name);

describe('broker permissions', () => {
  it('let only scanners write verdicts', () => {
    const writers = Object.entries(brokerPermissions).filter(([, it]) => may(it.write, 'sluice.verdicts'));
    expect(writers.map(([name]) => name)).toEqual(['scanner']);
  });
  it('let only the console write registry events', () => {
    const writers = Object.entries(brokerPermissions).filter(([, it]) => may(it.write, 'sluice.registry'));
    expect(writers.map(([name]) => name)).toEqual(['console']);
  });
  it('keep a gateway from reading jobs, verdicts and requests', () => {
    for (const name of [jobQueue('light', 'classic').name, queues.verdicts.name, queues.ledgerRpc.name])
      expect(may(brokerPermissions.gateway.read, name)).toBe(false);
  });
  it('let each service ask exactly the requests named after it', () => {
    for (const { pattern } of Object.values(ledgerRpc)) {
      const askers = Object.entries(brokerPermissions).filter(([, it]) => may(it.rpcRoutingKeys, pattern));
      expect(askers.map(([name]) => name)).toEqual([pattern.split('.')[1]]);
    }
  });
});

describe('a queue', () => {
  it.each(jobQueueTypes)(
    'says its type itself, whatever the virtual host makes of one that does not: %s',
    (type) => {
      for (const queue of declaredQueues(type)) expect(queue.arguments).toHaveProperty('x-queue-type');
    },
  );
  it('of another job queue type has another name', () => {
    const names = jobQueueTypes.flatMap((type) => jobQueueKinds.map((kind) => jobQueue(kind, type).name));
    expect(new Set(names).size).toBe(names.length);
    expect(formerJobQueues('quorum').map(({ name }) => name)).toEqual([
      'scan.light.classic.1',
      'scan.heavy.classic.1',
      'scan.mail.classic.1',
      'scan.restarts.classic.1',
    ]);
  });
});

describe('a sender', () => {
  const from = (userId: string | undefined, routingKey = 'ledger.console.rescan') => ({ userId, routingKey });
  it('is one of those the queue names', () => {
    expect(isSentBy(['scanner'], from('scanner'), 'results')).toBe(true);
    expect(isSentBy(['scanner'], from('gateway'), 'results')).toBe(false);
    expect(isSentBy(['scanner'], from(undefined), 'results')).toBe(false);
  });
  it('of a request is whom its key names', () => {
    expect(isSentBy('in-key', from('console'), 'results')).toBe(true);
    expect(isSentBy('in-key', from('gateway'), 'results')).toBe(false);
    expect(isSentBy('in-key', from('sluice_admin', 'ledger.sluice_admin.rescan'), 'results')).toBe(false);
  });
  it('where all services share one login is that login, and no service', () => {
    expect(isSentBy(['scanner'], from('shared'), 'shared')).toBe(true);
    expect(isSentBy(['scanner'], from('scanner'), 'shared')).toBe(false);
    expect(isSentBy(['scanner'], from('shared'), 'results')).toBe(false);
    expect(senderOf('shared')).toBeNull();
  });
});

describe('job queues', () => {
  it('have room for every priority', () => {
    for (const kind of jobQueueKinds)
      expect(jobQueue(kind, 'classic').arguments['x-max-priority']).toBeGreaterThanOrEqual(
        Math.max(...Object.values(jobPriorities)),
      );
  });
});
