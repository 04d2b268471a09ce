import { describe, expect, it } from 'vitest';
import { FakeConsole } from '../../testing/fake-console/fake-console.js';
import { sampleHealth } from '../../testing/fake-console/sample-health.js';
import type { Health, Operator } from '@sluice/console-api';
import { dayOneSteps, type DayOneFacts } from './day-one-steps.js';

const operator: Operator = {
  id: '0190b2a0-0000-7000-8000-000000000001',
  username: 'admin',
  role: 'administrator',
  isDisabled: false,
  hasFirstPassword: true,
  mustChangePassword: false,
  hasSecondFactor: false,
  canReadMail: false,
  createdAt: '2026-11-21T12:00:00Z',
  passwordChangedAt: '2026-11-21T12:00:00Z',
  lastSignInAt: null,
};
const health = sampleHealth(false) as Health;
const testEngines = health.instances.map((one) => ({
  ...one,
  engines: one.engines.map((engine) => ({ ...engine, isTestSignatures: true })),
}));
const fake = new FakeConsole();
const before: DayOneFacts = {
  username: 'admin',
  operators: [operator],
  health: { ...health, instances: testEngines },
  systems: [],
  scans: [],
  channels: [],
  isBackedUp: false,
};
const done = (facts: DayOneFacts) =>
  dayOneSteps(facts)
    .filter((step) => step.isDone === true)
    .map((step) => step.key);

describe('the checklist of the first day', () => {
  it('has nothing ticked on a system that was just started', () => {
    expect(done(before)).toEqual([]);
    expect(done({ ...before, systems: fake.systems.filter(({ state }) => state === 'pending') })).toEqual([]);
  });

  it.each([
    ['password', { operators: [{ ...operator, hasFirstPassword: false }] }],
    ['factor', { operators: [{ ...operator, hasSecondFactor: true }] }],
    ['signatures', { health }],
    ['system', { systems: fake.systems.filter(({ state }) => state === 'accepted') }],
    ['scan', { scans: fake.scans }],
    ['channel', { channels: fake.notifications.channels }],
    ['backup', { isBackedUp: true }],
  ] as const)('ticks %s by itself', (key, facts) => {
    expect(done({ ...before, ...facts } as DayOneFacts)).toEqual([key]);
  });

  it('does not take what is not known yet for undone', () => {
    const unknown = { operators: undefined, health: undefined, systems: undefined, scans: undefined };
    const steps = dayOneSteps({ ...before, ...unknown, channels: undefined });
    expect(steps.filter((step) => step.isDone === false).map((step) => step.key)).toEqual(['backup']);
  });

  it('looks at the one who asks, not at other operators', () => {
    const other = { ...operator, username: 'other', hasFirstPassword: false, hasSecondFactor: true };
    expect(done({ ...before, operators: [other, operator] })).toEqual([]);
  });
});
