import { describe, expect, it } from '@jest/globals';
import { brokerPermissions } from './broker-permissions.js';
import { ledgerRpc } from './ledger-rpc.js';
import { jobPriorities, queues } from './topology.js';

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
    for (const name of [queues.light.name, queues.verdicts.name, queues.ledgerRpc.name])
      expect(may(brokerPermissions.gateway.read, name)).toBe(false);
  });
  it('let each service ask exactly the requests named after it', () => {
    for (const { pattern } of Object.values(ledgerRpc)) {
      const askers = Object.entries(brokerPermissions).filter(([, it]) => may(it.rpcRoutingKeys, pattern));
      expect(askers.map(([name]) => name)).toEqual([pattern.split('.')[1]]);
    }
  });
});

describe('job queues', () => {
  it('have room for every priority', () => {
    for (const kind of ['light', 'heavy'] as const)
      expect(queues[kind].arguments['x-max-priority']).toBeGreaterThanOrEqual(
        Math.max(...Object.values(jobPriorities)),
      );
  });
});
