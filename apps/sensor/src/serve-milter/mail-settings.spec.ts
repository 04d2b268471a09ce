import { describe, expect, it } from 'vitest';
import { readConfig } from '@sluice/runtime';
import { z } from 'zod';
import { chosenMailSettings } from './mail-settings.js';
import { mailSettingsOf, milterVariables } from './milter.config.js';

const options = mailSettingsOf(
  readConfig(z.object(milterVariables), {
    SENSOR_MILTER_WHEN_AWAY: 'quarantine',
    SENSOR_MILTER_WHEN_NOT_EXAMINED: 'damaged=reject',
    SENSOR_MILTER_SKIP_USERS: 'anna',
    SENSOR_MILTER_SKIP_CLIENTS: '192.0.2.0/24',
  }),
);
const filters = (version: number, policy: unknown) => ({ maxObjectSize: 1, mailPolicy: { version, policy } });

function start() {
  const versions: (number | null)[] = [];
  const faults: unknown[] = [];
  const chosen = chosenMailSettings(options, {
    onVersion: (version) => versions.push(version),
    onFault: (error) => faults.push(error),
  });
  return { chosen, versions, faults };
}

describe('the settings of mail', () => {
  it('are the options while no policy was chosen, also of a gateway that knows none', () => {
    const { chosen, versions } = start();
    chosen.learn({ maxObjectSize: 1, version: '0.1.0' });
    chosen.learn({ maxObjectSize: 1, mailPolicy: null });
    expect(chosen.current).toBe(options);
    expect(versions).toEqual([]);
  });
  it('are what was chosen, and the options for the rest, by reason too', () => {
    const { chosen } = start();
    const policy = {
      whenDetected: 'quarantine',
      whenNotExamined: { encrypted: 'quarantine' },
      maxMessageBytes: 5000,
      holdSeconds: 30,
      skipRecipients: ['Abuse@example.org'],
      skipClients: ['198.51.100.7'],
    };
    chosen.learn(filters(1, policy));
    const { policy: now, skipLists, maxMessageBytes, holdMs } = chosen.current;
    expect(now).toEqual({
      whenDetected: 'quarantine',
      whenNotExamined: { ...options.policy.whenNotExamined, encrypted: 'quarantine' },
      whenAway: 'quarantine',
    });
    expect(now.whenNotExamined.damaged).toBe('reject');
    expect({ maxMessageBytes, holdMs }).toEqual({ maxMessageBytes: 5000, holdMs: 30_000 });
    expect(skipLists.recipients).toEqual(new Set(['abuse@example.org']));
    expect(skipLists.users).toEqual(new Set(['anna']));
    expect(['198.51.100.7', '::ffff:198.51.100.7', '192.0.2.1'].map(skipLists.isClient)).toEqual([
      true,
      true,
      false,
    ]);
  });
  it('may empty a list of the options', () => {
    const { chosen } = start();
    chosen.learn(filters(1, { skipUsers: [], skipClients: [] }));
    expect(chosen.current.skipLists.users.size).toBe(0);
    expect(chosen.current.skipLists.isClient('192.0.2.1')).toBe(false);
  });
  it('change with the version only, and are the options again when the policy is gone', () => {
    const { chosen, versions } = start();
    chosen.learn(filters(1, { whenDetected: 'tag' }));
    const first = chosen.current;
    chosen.learn(filters(1, { whenDetected: 'tag' }));
    expect(chosen.current).toBe(first);
    chosen.learn(filters(2, { whenDetected: 'tempfail' }));
    expect(chosen.current.policy.whenDetected).toBe('tempfail');
    chosen.learn({ maxObjectSize: 1 });
    expect(chosen.current).toBe(options);
    expect(versions).toEqual([1, 2, null]);
  });
  it.each<[string, unknown]>([
    ['an action of a later release', filters(2, { whenDetected: 'discard' })],
    ['a hold of what is not submitted', filters(2, { whenNotExamined: { 'too-large': 'hold' } })],
    ['a field of a later release', filters(2, { whenDetected: 'tag', whenBored: 'tag' })],
    ['a network that is none', filters(2, { skipClients: ['everywhere'] })],
    ['no object', 'OK'],
  ])('stay as they were when the policy cannot be read: %s', (_what, answer) => {
    const { chosen, faults } = start();
    chosen.learn(filters(1, { whenDetected: 'tempfail' }));
    chosen.learn(answer);
    chosen.learn(answer);
    expect(chosen.current.policy.whenDetected).toBe('tempfail');
    expect(faults).toHaveLength(1);
  });
});
