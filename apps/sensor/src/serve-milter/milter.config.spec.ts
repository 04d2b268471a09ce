import { describe, expect, it } from 'vitest';
import { readConfig } from '@sluice/runtime';
import { z } from 'zod';
import { mailSettingsOf, milterVariables } from './milter.config.js';
import { defaultMailPolicy } from './mail-policy.js';

const read = (env: Record<string, string> = {}) => readConfig(z.object(milterVariables), env);

describe('milterVariables', () => {
  it('have no listener and the default policy when nothing is set', () => {
    const config = read();
    expect(config.SENSOR_MILTER_LISTEN).toBeNull();
    expect(mailSettingsOf(config).policy).toEqual(defaultMailPolicy);
    expect(mailSettingsOf(config).skipLists.isClient('127.0.0.1')).toBe(false);
  });
  it.each([
    ['127.0.0.1:8891', { host: '127.0.0.1', port: 8891 }],
    ['[::1]:8891', { host: '::1', port: 8891 }],
    ['mail.example:0', { host: 'mail.example', port: 0 }],
  ])('read the address %s', (text, address) =>
    expect(read({ SENSOR_MILTER_LISTEN: text }).SENSOR_MILTER_LISTEN).toEqual(address),
  );
  it('read a policy by reason; what is not named keeps its default', () => {
    const env = { SENSOR_MILTER_WHEN_NOT_EXAMINED: 'encrypted=quarantine, damaged = reject' };
    expect(mailSettingsOf(read(env)).policy.whenNotExamined).toEqual({
      ...defaultMailPolicy.whenNotExamined,
      encrypted: 'quarantine',
      damaged: 'reject',
    });
  });
  it('read * as all reasons, and the last word on one', () => {
    const config = read({ SENSOR_MILTER_WHEN_NOT_EXAMINED: '*=quarantine,failed=reject' });
    const { whenNotExamined } = mailSettingsOf(config).policy;
    expect(new Set(Object.values(whenNotExamined))).toEqual(new Set(['quarantine', 'reject']));
    expect(whenNotExamined.failed).toBe('reject');
  });
  it('read * as all that can be held: what is too large is not submitted', () => {
    const { whenNotExamined } = mailSettingsOf(read({ SENSOR_MILTER_WHEN_NOT_EXAMINED: '*=hold' })).policy;
    expect(whenNotExamined).toMatchObject({ encrypted: 'hold', failed: 'hold', 'too-large': 'reject' });
  });
  it('read clients as networks, IPv4 in IPv6 too', () => {
    const config = read({ SENSOR_MILTER_SKIP_CLIENTS: '192.0.2.0/24, 2001:db8::/32' });
    const { isClient } = mailSettingsOf(config).skipLists;
    expect(['192.0.2.9', '::ffff:192.0.2.9', '2001:db8::1'].map(isClient)).toEqual([true, true, true]);
    expect(['192.0.3.1', '2001:db9::1', 'unknown'].map(isClient)).toEqual([false, false, false]);
  });
  it.each([
    ['SENSOR_MILTER_LISTEN', '8891'],
    ['SENSOR_MILTER_LISTEN', 'x:70000'],
    ['SENSOR_MILTER_WHEN_DETECTED', 'discard'],
    ['SENSOR_MILTER_WHEN_AWAY', 'accept'],
    ['SENSOR_MILTER_WHEN_AWAY', 'hold'],
    ['SENSOR_MILTER_WHEN_NOT_EXAMINED', 'too-large=hold'],
    ['SENSOR_MILTER_WHEN_NOT_EXAMINED', 'encrypted'],
    ['SENSOR_MILTER_WHEN_NOT_EXAMINED', 'encrypted=pass'],
    ['SENSOR_MILTER_WHEN_NOT_EXAMINED', 'encrypted=tag'],
    ['SENSOR_MILTER_WHEN_NOT_EXAMINED', 'encripted=reject'],
    ['SENSOR_MILTER_HOLD_SECONDS', '481'],
    ['SENSOR_MILTER_SKIP_CLIENTS', '192.0.2.0/33'],
  ])('refuse %s=%s by name', (name, value) =>
    expect(() => read({ [name]: value })).toThrow(`${name} is wrong`),
  );
});
