import { channelSecretNames } from '@sluice/notifications';
import type { Delivery } from '../../src/notifications/deliveries/delivery.js';
import type { Channel } from '../../src/notifications/channel.js';
import type { RuleExample, StoredRule } from '../../src/notifications/rule.js';
import type { FakeAnswer, FakeRequest } from './fake-answers.js';
import { sampleDeliveries } from './sample-deliveries.js';
import {
  sampleChannel,
  sampleChannels,
  sampleExample,
  sampleRule,
  sampleRules,
  sampleTroubles,
} from './sample-notifications.js';
import { sampleId, createSampler } from './sample-numbers.js';

/** Answers of one call instead of the usual: what the API refuses, and what a receiver said. */
export type Refusal = FakeAnswer;
const sampler = createSampler(97);

export class FakeNotifications {
  channels: Channel[];
  rules: StoredRule[];
  deliveries: Delivery[];
  example: RuleExample | null = sampleExample;
  testAnswer = { outcome: 'delivered', answer: '250 2.0.0 Ok: queued as 7C01D2E9' };
  /** What the next change is refused with. */
  refusal: Refusal | null = null;

  constructor(isEmpty: boolean, registrationId: string) {
    this.channels = isEmpty ? [] : sampleChannels();
    this.rules = isEmpty ? [] : sampleRules(this.channels, registrationId);
    this.deliveries = isEmpty ? [] : sampleDeliveries(this.channels, this.rules);
  }

  answer(request: FakeRequest, [name = '', id, verb]: readonly string[]): FakeAnswer | null {
    if (request.method !== 'GET' && this.refusal !== null) {
      const { refusal } = this;
      this.refusal = null;
      return refusal;
    }
    switch (name) {
      case 'notification-channels':
        return this.channelsResource(request, id, verb);
      case 'notification-rules':
        return this.rulesResource(request, id);
      case 'notification-deliveries':
        return this.deliveriesResource(request, id);
      default:
        return null;
    }
  }

  private channelsResource({ method, body }: FakeRequest, id?: string, verb?: string): FakeAnswer {
    if (id === undefined && method === 'GET') return all(this.channels);
    if (id === undefined) {
      const kind = body['kind'] as Channel['kind'];
      const channel = sampleChannel({ kind, name: String(body['name']) });
      this.channels = [...this.channels, channel];
      const isSecretMade = kind === 'webhook' && !('secret' in (body['settings'] as object));
      return {
        status: 201,
        body: { ...channel, ...(isSecretMade ? { secret: 'whsec_bWFkZSBieSB0aGUgY29uc29sZQ==' } : {}) },
      };
    }
    if (verb === 'test') return { status: 200, body: { deliveryId: sampleId(sampler), ...this.testAnswer } };
    const [found, others] = split(this.channels, id);
    if (found === undefined) return missing;
    if (method === 'DELETE') {
      const used = this.rules.filter((rule) => rule.channelId === id).length;
      if (used > 0) return conflict(`${used} rules use this channel; change or delete them first`);
      this.channels = others;
      return { status: 204 };
    }
    const settings = withoutSecrets({ ...found.settings, ...(body['settings'] as object | undefined) });
    const changed = { ...found, ...body, settings } as Channel;
    if (method === 'PATCH') this.channels = [...others, changed];
    return { status: 200, body: changed };
  }

  private rulesResource({ method, body }: FakeRequest, id?: string): FakeAnswer {
    if (id === 'preview') return { status: 200, body: this.preview(body) };
    if (id === undefined && method === 'GET') return all(this.rules);
    if (id === undefined) {
      const channel = this.channels.find((one) => one.id === body['channelId']);
      if (channel === undefined) return missing;
      const rule = sampleRule(channel, body as Partial<StoredRule>);
      this.rules = [...this.rules, rule];
      return { status: 201, body: rule };
    }
    const [found, others] = split(this.rules, id);
    if (found === undefined) return missing;
    if (method === 'DELETE') {
      this.rules = others;
      return { status: 204 };
    }
    const changed = { ...found, ...(body as Partial<StoredRule>) };
    this.rules = this.rules.map((one) => (one.id === id ? changed : one));
    return { status: 200, body: changed };
  }

  private preview(body: Record<string, unknown>) {
    const { operation } = body['match'] as { operation: unknown };
    if (operation !== null) return { looked: 80, matched: [], example: sampleTroubles };
    const matched = [4209, 4206, 4198].map((alertId, index) => ({
      alertId,
      createdAt: new Date(Date.now() - (index + 1) * 3_100_000).toISOString(),
      importance: 'high',
      detected: ['Doc.Downloader.Macro-7713'],
      objectName: 'message.eml',
      system: 'mx-berlin-1',
      type: 'mail',
    }));
    const isEmpty = this.deliveries.length === 0;
    return {
      looked: isEmpty ? 0 : 80,
      matched: isEmpty ? [] : matched,
      example: isEmpty ? null : this.example,
    };
  }

  private deliveriesResource({ method, query }: FakeRequest, id?: string): FakeAnswer {
    if (id === undefined) return all(this.deliveries.filter((one) => fits(one, query)));
    const found = this.deliveries.find((one) => one.id === id);
    if (found === undefined) return missing;
    if (method === 'GET') return { status: 200, body: found };
    this.deliveries = this.deliveries.map((one) =>
      one.id === id
        ? { ...one, state: 'waiting', finishedAt: null, nextAttemptAt: new Date().toISOString() }
        : one,
    );
    return { status: 202, body: { id } };
  }
}

const conflict = (message: string): FakeAnswer => ({
  status: 409,
  body: { error: 'Conflict', message },
});
const missing: FakeAnswer = { status: 404, body: { error: 'NotFound', message: 'not found' } };
const all = (items: readonly unknown[]): FakeAnswer => ({ status: 200, body: { items, nextCursor: null } });

function split<Item extends { readonly id: string }>(
  items: readonly Item[],
  id: string,
): [Item | undefined, Item[]] {
  return [items.find((one) => one.id === id), items.filter((one) => one.id !== id)];
}

function fits(delivery: Delivery, query: URLSearchParams): boolean {
  const asked = (key: string, value: unknown) => query.get(key) === null || query.get(key) === String(value);
  return (
    asked('state', delivery.state) &&
    asked('kind', delivery.kind) &&
    asked('channelId', delivery.channel.id) &&
    asked('ruleId', delivery.rule?.id) &&
    asked('alertId', delivery.alertId)
  );
}

const secretNames: readonly string[] = Object.values(channelSecretNames).flat();
/** They are never answered. */
const withoutSecrets = (settings: object): object =>
  Object.fromEntries(Object.entries(settings).filter(([name]) => !secretNames.includes(name)));
