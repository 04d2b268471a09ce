import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from '@sluice/runtime';
import { notifierConfigSchema } from '../notifier.config.js';
import { prepareReleases } from './prepare-releases.js';

const configOf = (variables: Record<string, string>) =>
  readConfig(notifierConfigSchema, {
    AMQP_URL: 'amqp://b',
    MANAGEMENT_PORT: '0',
    DATABASE_URL: 'postgres://d',
    NOTIFIER_KEY_FILE: '/key',
    ...variables,
  });
const prepared = (variables: Record<string, string>) => {
  const releases = prepareReleases(configOf(variables), 'mx.example.org');
  releases?.transport.close();
  return releases;
};
const [receiver, store] = [
  { RELEASE_SMTP_URL: 'smtp://127.0.0.1:10026' },
  { OBJECT_STORE_URL: 'file:///objects' },
];

describe('a notifier', () => {
  it('releases nothing unless it was given a receiver', () => {
    expect(prepared({ ...store, RELEASE_SMTP_URL: '' })).toBeNull();
  });

  it('says what is missing when it could not read what it is to release', () => {
    expect(() => prepared(receiver)).toThrow(ConfigError);
    expect(() => prepared(receiver)).toThrow(/^OBJECT_STORE_URL is not set/);
  });

  it.each([
    [{}, 'postmaster@mx.example.org'],
    [{ RELEASE_FROM: 'soc@example.org' }, 'soc@example.org'],
  ])('with %j says where to and writes from %s', (changes, from) => {
    expect(prepared({ ...receiver, ...store, ...changes })).toMatchObject({ to: '127.0.0.1:10026', from });
  });

  it('refuses a receiver and a sender that are none', () => {
    expect(() => configOf({ RELEASE_SMTP_URL: 'http://x' })).toThrow(/RELEASE_SMTP_URL is wrong/);
    expect(() => configOf({ RELEASE_FROM: 'someone' })).toThrow(/RELEASE_FROM is wrong/);
  });
});
