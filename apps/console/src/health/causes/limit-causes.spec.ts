import { describe, expect, it } from 'vitest';
import { defaultSettings } from '@sluice/contracts';
import { calm, causesOf, instanceOf } from '../../testing/calm-situation.js';

describe('causes', () => {
  it('name a bound that callers reach at gateways, once for all of them', () => {
    const held = { limit: 'held-requests', count: 2 } as const;
    const instances = [
      instanceOf('gateway', { reachedLimits: [held, { limit: 'connections', count: 1500 }] }),
      instanceOf('gateway', { instance: 'gateway-2', reachedLimits: [held] }),
      instanceOf('gateway', { instance: 'gateway-3', isAnswering: false, reachedLimits: [held] }),
      ...calm.instances.slice(1),
    ];
    const limits = causesOf({ instances }).filter((cause) => cause.id.startsWith('limit:'));
    expect(limits).toMatchObject([
      {
        id: 'limit:connections',
        level: 'degraded',
        title:
          'Turned away in the last 10 minutes: 1,500 connections beyond what a gateway takes (gateway-1).',
      },
      { id: 'limit:held-requests', level: 'advisory', instances: ['gateway-1', 'gateway-2'] },
    ]);
    expect(limits[1]?.title).toContain(': 4 requests with wait=');
  });

  it.each([
    [{ total: 1000, mostOfOneAddress: 3 }, 'takes the place of the oldest'],
    [{ total: 30, mostOfOneAddress: 20 }, 'get 401 and do not appear here'],
  ])('tell that integration requests are left out: %j', (pendingRequests, effect) => {
    expect(causesOf({ pendingRequests })).toMatchObject([
      { id: 'limit:integration-requests', level: 'advisory', effect: expect.stringContaining(effect) },
    ]);
    const closed = { ...defaultSettings, integrationRequests: 'closed' as const };
    expect(causesOf({ pendingRequests, settings: closed })).toEqual([]);
    expect(causesOf({ pendingRequests: { total: 999, mostOfOneAddress: 19 } })).toEqual([]);
  });
});
