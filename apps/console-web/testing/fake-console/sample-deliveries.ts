import type { Attempt, Delivery } from '../../src/notifications/deliveries/delivery.js';
import type { Channel } from '../../src/notifications/channel.js';
import type { StoredRule } from '../../src/notifications/rule.js';
import { createSampler, sampleId, secondsAgo } from './sample-numbers.js';

const sampler = createSampler(83);
const refused = 'connect ECONNREFUSED 10.20.0.40:6514';

const attempt = (ago: number, answer: string, outcome: Attempt['outcome'] = 'failed'): Attempt => ({
  startedAt: secondsAgo(ago),
  finishedAt: secondsAgo(ago - 0.3),
  outcome,
  answer,
  instance: 'notifier-1',
});

export function sampleDelivery(channel: Channel, given: Partial<Delivery> = {}): Delivery {
  const attempts = given.attempts ?? [attempt(140, 'HTTP 202: {"ticket":"SEC-1042"}', 'delivered')];
  return {
    id: sampleId(sampler),
    kind: 'alert',
    state: 'delivered',
    rule: null,
    eventId: sampleId(sampler),
    alertId: 4209,
    channel: { id: channel.id, name: channel.name },
    objectName: 'invoice_2026-11.zip',
    problems: null,
    partOf: null,
    eventsTotal: null,
    operator: null,
    isBeingSent: false,
    nextAttemptAt: null,
    lastAnswer: attempts.at(-1)?.answer ?? null,
    createdAt: secondsAgo(141),
    finishedAt: secondsAgo(139),
    attempts,
    ...given,
  };
}

/** Newest first, one of each state and kind. */
export function sampleDeliveries(channels: readonly Channel[], rules: readonly StoredRule[]): Delivery[] {
  const [mail, siem, tickets] = channels as readonly [Channel, Channel, Channel];
  const ruleAt = (index: number) => {
    const { id, name } = rules[index] as StoredRule;
    return { id, name };
  };
  const open = { nextAttemptAt: secondsAgo(-42), finishedAt: null };
  return [
    sampleDelivery(siem, {
      state: 'waiting',
      rule: ruleAt(0),
      createdAt: secondsAgo(141),
      ...open,
      attempts: [attempt(130, refused), attempt(60, refused), attempt(18, refused)],
    }),
    sampleDelivery(mail, {
      rule: ruleAt(1),
      attempts: [attempt(140, '250 2.0.0 Ok: queued as 4F2C31A0', 'delivered')],
    }),
    sampleDelivery(tickets, {
      kind: 'digest',
      state: 'gathering',
      rule: ruleAt(3),
      eventId: null,
      alertId: null,
      objectName: null,
      eventsTotal: 3,
      createdAt: secondsAgo(600),
      attempts: [],
      ...open,
      nextAttemptAt: secondsAgo(-300),
    }),
    sampleDelivery(mail, {
      kind: 'operation',
      rule: ruleAt(2),
      alertId: null,
      objectName: null,
      createdAt: secondsAgo(3700),
      problems: [
        'the signatures of clamav are 3 days old',
        'failed job 18: an engine failed on it repeatedly',
      ],
      attempts: [attempt(3699, '250 2.0.0 Ok: queued as 91BB02C7', 'delivered')],
    }),
    sampleDelivery(tickets, {
      state: 'dead',
      rule: ruleAt(3),
      alertId: 4171,
      objectName: 'setup.exe',
      createdAt: secondsAgo(9000),
      attempts: [attempt(8999, 'HTTP 410: this hook was removed')],
    }),
    sampleDelivery(tickets, {
      kind: 'test',
      eventId: null,
      alertId: null,
      objectName: null,
      operator: 'admin',
      createdAt: secondsAgo(86_400),
      attempts: [attempt(86_399, 'HTTP 202: {"ticket":"SEC-0977"}', 'delivered')],
    }),
    sampleDelivery(siem, {
      state: 'cancelled',
      rule: { id: sampleId(sampler), name: 'A rule of last month' },
      alertId: 3988,
      createdAt: secondsAgo(9 * 86_400),
      attempts: [],
      lastAnswer: 'the rule was deleted',
    }),
  ];
}
