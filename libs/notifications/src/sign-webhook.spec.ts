import { describe, expect, it } from 'vitest';
import { createWebhookSecret, isWebhookSecret, signWebhook } from './sign-webhook.js';

describe('signWebhook', () => {
  it('agrees with the example of the specification', () => {
    // From the Standard Webhooks reference libraries' own tests.
    const signed = signWebhook({
      secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      atMs: 1_614_265_330_000,
      body: '{"test": 2432232314}',
    });
    expect(signed).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('makes secrets it takes, and refuses others', () => {
    expect(isWebhookSecret(createWebhookSecret())).toBe(true);
    for (const bad of [
      '',
      'whsec_',
      'whsec_c2hvcnQ=',
      'sec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      `whsec_${'!'.repeat(40)}`,
    ])
      expect(isWebhookSecret(bad)).toBe(false);
  });
});
