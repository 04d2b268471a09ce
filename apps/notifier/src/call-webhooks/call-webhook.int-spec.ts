import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { channelSettingsSchemas, createWebhookSecret, type WebhookSettings } from '@sluice/notifications';
import type { KeyPair } from '@sluice/tls';
import { answerOk, clientKeys, serverKeys, WebhookReceiver } from '@sluice/tool-acceptance/receivers';
import { createHmac } from 'node:crypto';
import { outgoingAlert, sendOptions } from '../testing/outgoing.js';
import { callWebhook } from './call-webhook.js';

let keys: KeyPair;
let receiver: WebhookReceiver;
const secret = createWebhookSecret();

beforeAll(async () => {
  keys = await serverKeys('receiver.example');
  receiver = await WebhookReceiver.start(keys);
});
afterAll(() => receiver.stop());
beforeEach(() => {
  receiver.calls.length = 0;
  receiver.answer = answerOk;
});

const settings = (changes: Partial<WebhookSettings> = {}): WebhookSettings => ({
  ...channelSettingsSchemas.webhook.parse({
    url: `https://127.0.0.1:${receiver.port}/hook?a=b`,
    secret,
    allowPrivateAddresses: true,
  }),
  ca: keys.certPem,
  ...changes,
});
const call = (changes: Partial<WebhookSettings> = {}, options = {}) =>
  callWebhook(settings(changes), outgoingAlert(), { ...sendOptions(), ...options });

describe('callWebhook', () => {
  it('posts JSON with a signature the receiver can check', async () => {
    const before = Math.floor(Date.now() / 1000);
    expect(await call()).toEqual({ kind: 'delivered', answer: 'HTTP 204 No Content' });
    const [got] = receiver.calls;
    expect(got).toMatchObject({
      method: 'POST',
      path: '/hook?a=b',
      headers: { 'content-type': 'application/json', 'user-agent': 'Sluice/1.2.3' },
    });
    expect(JSON.parse(got!.body)).toMatchObject({ type: 'alert.created', data: { alertId: 42 } });
    const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature } = got!.headers;
    expect(id).toBe(outgoingAlert().notice.id);
    expect(Number(at)).toBeGreaterThanOrEqual(before);
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    const expected = createHmac('sha256', key)
      .update(`${String(id)}.${String(at)}.${got!.body}`)
      .digest('base64');
    expect(signature).toBe(`v1,${expected}`);
  });

  it('keeps the id over attempts', async () => {
    await call();
    await call();
    expect(new Set(receiver.calls.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  });

  it('shows what the receiver answered, cut and on one line', async () => {
    receiver.answer = (_call, response) => response.writeHead(500).end(`no\r\n${'x'.repeat(5000)}`);
    const outcome = await call();
    expect(outcome).toMatchObject({ kind: 'failed', isPermanent: false });
    expect(outcome.answer).toMatch(/^HTTP 500 Internal Server Error: no {1,2}x+…$/);
    expect(outcome.answer.length).toBeLessThanOrEqual(512);
  });

  it('does not follow redirects', async () => {
    receiver.answer = (_call, response) =>
      response.writeHead(307, { location: `https://127.0.0.1:${receiver.port}/other` }).end();
    expect(await call()).toMatchObject({
      kind: 'failed',
      answer: 'HTTP 307 Temporary Redirect: redirects are not followed',
    });
    expect(receiver.calls).toHaveLength(1);
  });

  it('keeps the pause a receiver asks for, within an hour', async () => {
    const after = async (value: string) => {
      receiver.answer = (_call, response) => response.writeHead(429, { 'retry-after': value }).end();
      const outcome = await call();
      return outcome.kind === 'failed' ? outcome.retryAfterMs : null;
    };
    expect(await after('120')).toBe(120_000);
    expect(await after('99999999')).toBe(3600_000);
    expect(await after('soon')).toBeNull();
    expect(await after('Thu, 01 Jan 1970 00:00:00 GMT')).toBeNull();
  });

  it('gives up on a receiver that never answers', async () => {
    const attempt = new AbortController();
    receiver.answer = () => attempt.abort(new Error('no answer in time'));
    expect(await call({}, { signal: attempt.signal })).toMatchObject({
      kind: 'failed',
      answer: 'no answer in time',
    });
  });

  it('does not wait for the end of an answer without one', async () => {
    receiver.answer = (_call, response) => {
      response.writeHead(200);
      const more = setInterval(() => response.write('x'.repeat(1024)), 1);
      response.on('close', () => clearInterval(more));
    };
    expect(await call()).toMatchObject({ kind: 'delivered' });
    receiver.answer = (_call, response) => void response.writeHead(200).write('slow');
    expect(await call()).toMatchObject({ kind: 'delivered', answer: 'HTTP 200 OK: slow' });
  });

  it('calls no private address unless it is allowed', async () => {
    const outcome = await call({ allowPrivateAddresses: false });
    expect(outcome).toMatchObject({
      kind: 'failed',
      answer: expect.stringMatching(/127\.0\.0\.1, which is not public/),
    });
    expect(receiver.calls).toEqual([]);
  });

  it('connects to the address that was checked, and checks the certificate of the name', async () => {
    let lookups = 0;
    const resolve = () => {
      lookups += 1;
      return Promise.resolve([{ address: '127.0.0.1', family: 4 }]);
    };
    const at = (name: string) => ({ url: `https://${name}:${receiver.port}/` });
    expect(await call(at('receiver.example'), { resolve })).toMatchObject({ kind: 'delivered' });
    expect(lookups).toBe(1);
    expect(await call(at('other.example'), { resolve })).toMatchObject({
      kind: 'failed',
      answer: expect.stringMatching(/altnames/i),
    });
  });

  it('trusts no certificate that no one vouched for, and no receiver without a name', async () => {
    expect(await call({ ca: null })).toMatchObject({
      kind: 'failed',
      answer: expect.stringMatching(/self-signed/),
    });
    const resolve = () => Promise.reject(new Error('getaddrinfo ENOTFOUND receiver.example'));
    expect(await call({ url: 'https://receiver.example/' }, { resolve })).toMatchObject({
      kind: 'failed',
      answer: 'getaddrinfo ENOTFOUND receiver.example',
    });
  });

  it('shows its client certificate', async () => {
    const own = await clientKeys();
    const strict = await WebhookReceiver.start(keys, { clientCa: own.certPem });
    const url = `https://127.0.0.1:${strict.port}/`;
    const outcomes = [
      await call({ url, clientCertificate: own.certPem, clientKey: own.keyPem }),
      await call({ url }),
    ];
    await strict.stop();
    expect(outcomes.map((one) => one.kind)).toEqual(['delivered', 'failed']);
    expect(strict.calls.map((one) => one.clientName)).toEqual(['notifier']);
  });
});
