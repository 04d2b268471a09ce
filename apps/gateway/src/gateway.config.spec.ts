import { describe, expect, it } from 'vitest';
import { readConfig } from '@sluice/runtime';
import { gatewayConfigSchema } from './gateway.config.js';

const least = {
  AMQP_URL: 'amqp://x',
  MANAGEMENT_PORT: '0',
  GATEWAY_TLS_CERT_FILE: '/c',
  GATEWAY_TLS_KEY_FILE: '/k',
  OBJECT_STORE_URL: 'file:///o',
};

describe('gateway configuration', () => {
  it('needs no more than where things are', () => {
    expect(readConfig(gatewayConfigSchema, least)).toMatchObject({
      GATEWAY_PORT: 8443,
      GATEWAY_NAMES: ['localhost', '127.0.0.1'],
      OBJECT_STORE_RESERVE_BYTES: 1024 ** 3,
    });
  });

  it('takes balancers as addresses and networks, and names the one that is neither', () => {
    const read = (list: string) =>
      readConfig(gatewayConfigSchema, { ...least, GATEWAY_PROXY_FROM: list }).GATEWAY_PROXY_FROM;
    expect(read('10.0.0.0/8, 192.0.2.1').has('192.0.2.1')).toBe(true);
    expect(() => read('10.0.0.0/8, balancer')).toThrow('GATEWAY_PROXY_FROM is wrong: balancer');
  });
});
