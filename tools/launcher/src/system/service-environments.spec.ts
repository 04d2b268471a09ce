import { describe, expect, it } from 'vitest';
import { services } from '@sluice/contracts';
import { isLoopbackHost } from './launcher.config.js';
import { resolvePaths, serviceEnvironment, type SystemPlan } from './service-environments.js';

const plan: SystemPlan = {
  gateway: { host: '127.0.0.1', port: 8443 },
  console: { host: '127.0.0.1', port: 9443 },
  folders: { gateway: '/home/gateway', console: '/home/console', notifier: '/home/notifier' },
  amqpAfter: null,
  amqpUrls: {
    gateway: 'amqp://g',
    scanner: 'amqp://s',
    results: 'amqp://r',
    console: 'amqp://c',
    notifier: 'amqp://n',
  },
  databaseUrls: {
    results: 'postgres://results',
    console: 'postgres://console',
    notifier: 'postgres://notifier',
  },
  clamd: { url: 'unix:/clamd.sock', maxObjectBytes: 1000, databaseDirectory: '/var/lib/clamav' },
  objectStoreUrl: 'file:///objects',
  quarantine: { copies: { console: '/q/console', notifier: '/q/notifier' }, publicKey: '/q/public' },
  passwordsKey: 'k'.repeat(48),
  isTestSignaturesAllowed: true,
  instancePrefix: '',
};

describe('serviceEnvironment', () => {
  it('gives each service its own broker login', () =>
    expect(services.map((name) => serviceEnvironment(name, plan, {})['AMQP_URL'])).toEqual([
      'amqp://g',
      'amqp://s',
      'amqp://r',
      'amqp://c',
      'amqp://n',
    ]));
  it('gives the key of passwords to those that seal and open them alone', () => {
    const withKey = services.filter((name) => 'PASSWORDS_KEY' in serviceEnvironment(name, plan, {}));
    expect(withKey.sort()).toEqual(['gateway', 'scanner']);
  });
  it('gives the keys that open what is kept to the console and to a notifier that releases, and to no one else', () => {
    const holders = (variables: Record<string, string>, name: string) =>
      services
        .filter((one) => name in serviceEnvironment(one, plan, variables))
        .map((one) => [one, serviceEnvironment(one, plan, variables)[name]]);
    expect(holders({}, 'QUARANTINE_KEYS_FILE')).toEqual([['console', '/q/console']]);
    expect(holders({ RELEASE_SMTP_URL: 'smtp://x' }, 'QUARANTINE_KEYS_FILE')).toEqual([
      ['console', '/q/console'],
      ['notifier', '/q/notifier'],
    ]);
    expect(holders({}, 'QUARANTINE_PUBLIC_KEY_FILE')).toEqual([['results', '/q/public']]);
  });
  it('gives the notifier its own login, its key and links people can open', () => {
    expect(serviceEnvironment('notifier', plan, {})).toMatchObject({
      DATABASE_URL: 'postgres://notifier',
      NOTIFIER_KEY_FILE: '/home/notifier/sealing-key',
      CONSOLE_URL: 'https://127.0.0.1:9443',
    });
    const variables = { CONSOLE_URL: 'https://sluice.example' };
    expect(serviceEnvironment('notifier', plan, variables)['CONSOLE_URL']).toBe('https://sluice.example');
  });
  it('shows the notifier the objects only where it is to release mail', () => {
    expect(serviceEnvironment('notifier', plan, {})['OBJECT_STORE_URL']).toBeUndefined();
    expect(
      serviceEnvironment('notifier', plan, { RELEASE_SMTP_URL: 'smtp://127.0.0.1:10026' }),
    ).toMatchObject({
      OBJECT_STORE_URL: 'file:///objects',
      RELEASE_SMTP_URL: 'smtp://127.0.0.1:10026',
    });
  });
  it.each(['gateway', 'scanner'] as const)(
    'gives %s no database login, also when the user has one set',
    (name) => {
      const environment = serviceEnvironment(name, plan, {
        DATABASE_URL: 'postgres://owner',
        PGPASSWORD: 'x',
      });
      expect(JSON.stringify(environment)).not.toContain('postgres');
      expect(environment['PGPASSWORD']).toBeUndefined();
    },
  );
  it('hands on what the user set for that service alone', () => {
    const variables = { SCANNER_SLOTS: '9', SETTING_MAX_OBJECT_SIZE: '5', LOG_LEVEL: 'debug', HOME: '/root' };
    expect(serviceEnvironment('scanner', plan, variables)).toMatchObject({
      SCANNER_SLOTS: '9',
      LOG_LEVEL: 'debug',
    });
    const gateway = serviceEnvironment('gateway', plan, variables);
    expect(gateway['SCANNER_SLOTS']).toBeUndefined();
    expect(gateway['HOME']).toBeUndefined();
    expect(serviceEnvironment('console', plan, variables)['SETTING_MAX_OBJECT_SIZE']).toBe('5');
  });
  it('lets test signatures judge at first only where the plan says so', () => {
    const variable = 'FIRST_SETTING_ALLOW_TEST_SIGNATURES';
    expect(serviceEnvironment('console', plan, {})[variable]).toBe('true');
    expect(
      serviceEnvironment('console', { ...plan, isTestSignaturesAllowed: false }, {})[variable],
    ).toBeUndefined();
  });
  it('puts an address other machines call into the certificate', () => {
    const outside = { ...plan, gateway: { host: '192.0.2.7', port: 8443 } };
    expect(serviceEnvironment('gateway', outside, {})['GATEWAY_NAMES']).toContain('192.0.2.7');
  });
});

describe('resolvePaths', () => {
  it('means paths from where the user stood', () =>
    expect(resolvePaths({ YARA_RULES_DIR: 'rules', SCANNER_SLOTS: '2' }, '/place')).toEqual({
      YARA_RULES_DIR: '/place/rules',
      SCANNER_SLOTS: '2',
    }));
});

describe('isLoopbackHost', () => {
  it.each(['localhost', '127.0.0.1', '127.1.2.3', '::1'])('takes %s', (host) =>
    expect(isLoopbackHost(host)).toBe(true),
  );
  it.each(['0.0.0.0', '::', '192.168.0.1', '127.evil.example', ''])('refuses %j', (host) =>
    expect(isLoopbackHost(host)).toBe(false),
  );
});
