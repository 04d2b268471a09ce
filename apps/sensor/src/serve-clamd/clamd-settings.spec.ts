import { describe, expect, it } from 'vitest';
import { clamdActions, clamdNames } from '@sluice/contracts';
import { readConfig } from '@sluice/runtime';
import { z } from 'zod';
import { chosenClamdSettings } from './clamd-settings.js';
import { clamdSettingsOf, clamdVariables } from './clamd.config.js';

const options = clamdSettingsOf(
  readConfig(z.object(clamdVariables), {
    SENSOR_CLAMD_NAMES: 'clamd',
    SENSOR_CLAMD_WHEN_AWAY: 'error',
    SENSOR_CLAMD_HOLD_SECONDS: '50',
  }),
);
const filters = (version: number, policy: unknown) => ({
  maxObjectSize: 1,
  clamdPolicy: { version, policy },
});

function start() {
  const versions: (number | null)[] = [];
  const faults: unknown[] = [];
  const chosen = chosenClamdSettings(options, {
    onVersion: (version) => versions.push(version),
    onFault: (error) => faults.push(error),
  });
  return { chosen, versions, faults };
}

describe('the settings of a clamd listener', () => {
  it('are the options while no policy was chosen, whatever one for mail says', () => {
    const { chosen, versions } = start();
    chosen.learn({ maxObjectSize: 1 });
    chosen.learn({ clamdPolicy: null, mailPolicy: { version: 3, policy: { holdSeconds: 1 } } });
    expect(chosen.current).toBe(options);
    expect(versions).toEqual([]);
  });
  it.each(
    clamdNames.flatMap((names) =>
      clamdActions.flatMap((whenNotExamined) =>
        clamdActions.map((whenAway) => ({ names, whenNotExamined, whenAway })),
      ),
    ),
  )('are what was chosen: %j', (policy) => {
    const { chosen } = start();
    chosen.learn(filters(1, policy));
    expect(chosen.current).toEqual({
      policy: { ...policy, cutLengths: options.policy.cutLengths },
      holdMs: 50_000,
    });
  });
  it('are the options for what was left open, an empty list is a list', () => {
    const { chosen } = start();
    chosen.learn(filters(1, { holdSeconds: 4, cutLengths: [] }));
    expect(chosen.current).toEqual({ policy: { ...options.policy, cutLengths: new Set() }, holdMs: 4000 });
  });
  it('are the options again when the policy is gone', () => {
    const { chosen, versions } = start();
    chosen.learn(filters(2, { whenAway: 'block' }));
    expect(chosen.current.policy.whenAway).toBe('block');
    chosen.learn({ maxObjectSize: 1 });
    expect(chosen.current).toBe(options);
    expect(versions).toEqual([2, null]);
  });
  it.each<[string, unknown]>([
    ['that lets something pass', filters(2, { whenAway: 'pass' })],
    ['with a field of a later release', filters(2, { whenBored: 'error' })],
    ['with a length of nothing', filters(2, { cutLengths: [0] })],
  ])('stay as they were by a policy %s', (_what, answer) => {
    const { chosen, faults } = start();
    chosen.learn(filters(1, { whenAway: 'block' }));
    chosen.learn(answer);
    chosen.learn(answer);
    expect(chosen.current.policy.whenAway).toBe('block');
    expect(faults).toHaveLength(1);
  });
});
