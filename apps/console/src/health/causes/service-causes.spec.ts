import { describe, expect, it } from 'vitest';
import { calm, causesOf, front, hoursAgo, instanceOf } from '../../testing/calm-situation.js';

describe('causes', () => {
  it('name the broker alone, or results alone, while reports cannot arrive', () => {
    const silent = { isAnswering: false, seen_at: hoursAgo(1), silent_seconds: 3600 };
    const unheard = calm.instances.map((one) => ({ ...one, ...silent }));
    for (const instances of [unheard, calm.instances, []])
      expect(
        causesOf({ instances, brokerProblem: 'the broker takes no messages: low on disk' }),
      ).toMatchObject([
        {
          level: 'down',
          title: 'The broker (RabbitMQ) does not work: the broker takes no messages: low on disk.',
        },
      ]);
    expect(causesOf({ instances: unheard })).toMatchObject([
      { id: 'results:none', title: 'No results service is answering (results-1).' },
    ]);
    expect(causesOf({ instances: [] })).toMatchObject([{ id: 'results:none' }]);
  });

  it('say since when services are away that were there', () => {
    const silent = { isAnswering: false, seen_at: hoursAgo(2), silent_seconds: 7200 };
    const all = [
      ...front,
      instanceOf('scanner', silent),
      instanceOf('scanner', { ...silent, instance: 'scanner-2' }),
    ];
    expect(causesOf({ instances: all })).toMatchObject([
      {
        id: 'scanner:none',
        level: 'down',
        title: 'No scanner is answering (scanner-1, scanner-2).',
        since: hoursAgo(2),
      },
    ]);
    expect(causesOf({ instances: [...calm.instances, all[3] ?? instanceOf('scanner')] })).toMatchObject([
      { level: 'degraded', title: 'The scanner is not answering (scanner-2).', since: hoursAgo(2) },
    ]);
    expect(causesOf({ instances: [instanceOf('results')] })).toMatchObject([
      { id: 'gateway:none' },
      { id: 'scanner:none' },
    ]);
  });

  it('group instances by what they say keeps them from being ready', () => {
    const blocked = { is_ready: false, problems: ['broker: blocked'] };
    const more = [
      instanceOf('scanner', { ...blocked, instance: 'scanner-2' }),
      instanceOf('gateway', { ...blocked, instance: 'gateway-2' }),
    ];
    expect(causesOf({ instances: [...calm.instances, ...more] })).toMatchObject([
      { level: 'degraded', title: 'broker: blocked (scanner-2, gateway-2).' },
    ]);
  });
});
