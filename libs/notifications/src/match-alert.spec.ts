import { describe, expect, it } from 'vitest';
import type { AlertEvent } from './alert-event.schema.js';
import { matchesAlert } from './match-alert.js';
import { ruleMatchSchema, ruleSchema } from './rule.schema.js';
import { alertEvent, mailAlertEvent } from './testing/index.js';

const matches = (match: object, alert: AlertEvent): boolean =>
  matchesAlert(ruleMatchSchema.parse(match), alert);
const mail = mailAlertEvent();
const file = alertEvent();

describe('matchesAlert', () => {
  it('tells every alert without conditions', () => {
    expect([matches({}, mail), matches({}, file)]).toEqual([true, true]);
  });

  it.each([
    ['high', { high: true, medium: false, low: false }],
    ['medium', { high: true, medium: true, low: false }],
    ['low', { high: true, medium: true, low: true }],
  ] as const)('takes %s as the least importance', (minimumImportance, expected) => {
    for (const importance of ['high', 'medium', 'low'] as const)
      expect(matches({ minimumImportance }, alertEvent({ importance }))).toBe(expected[importance]);
  });

  it.each([
    [{ technologies: ['yara', 'am'] }, true],
    [{ technologies: ['yara'] }, false],
    [{ types: ['other'] }, true],
    [{ types: ['mail'] }, false],
    [{ externalSystemIds: [file.registrationId] }, true],
    [{ externalSystemIds: [file.eventId] }, false],
    [{ source: '10.0.0.0/8' }, true],
    [{ source: '192.168.0.0/16, 10.1.2.3' }, true],
    [{ source: '10.1.2.4' }, false],
    [{ address: '*@example.org' }, false],
    [{ source: '10.0.0.0/8', types: ['mail'] }, false],
  ])('%j of a file from 10.1.2.3: %s', (match, expected) => {
    expect(matches(match, file)).toBe(expected);
  });

  it.each([
    ['*@sender.example', true],
    ['bert@example.org', true],
    ['example.org', true],
    ['other.example, ANNA@example.org', true],
    ['sender.*', true],
    ['*@other.example', false],
  ])('finds sender or recipient by %s: %s', (address, expected) => {
    expect(matches({ address }, mail)).toBe(expected);
  });

  it('looks at blind recipients too, whom no one is told', () => {
    const blind = mailAlertEvent({ blindRecipients: ['chief@blind.example'] });
    expect([
      matches({ address: '*@blind.example' }, blind),
      matches({ address: '*@blind.example' }, mail),
    ]).toEqual([true, false]);
  });

  it('looks into angle brackets of a header address', () => {
    expect(matches({ address: 'x@a.example' }, mailAlertEvent({ sender: '"b@c" <x@a.example>' }))).toBe(true);
  });

  it('sees an IPv4 address written as IPv6, and IPv6 networks', () => {
    expect(matches({ source: '10.0.0.0/8' }, alertEvent({ sourceAddress: '::ffff:10.1.2.3' }))).toBe(true);
    expect(matches({ source: '2001:db8::/32' }, alertEvent({ sourceAddress: '2001:db8::5' }))).toBe(true);
    expect(matches({ source: '10.0.0.0/8' }, alertEvent({ sourceAddress: '' }))).toBe(false);
  });

  it('tells no alert by a rule on operation', () => {
    expect(matches({ operation: { failedJobs: true } }, file)).toBe(false);
  });
});

describe('ruleSchema', () => {
  const rule = { name: 'a', channelId: file.eventId };
  it('fills what is left out', () => {
    expect(ruleSchema.parse(rule)).toMatchObject({ enabled: true, to: [], subject: null, digestMinutes: 0 });
  });

  it.each([
    [{ subject: 'hello %stranger%' }],
    [{ to: ['no address'] }],
    [{ to: ['a@b\r\nBcc: c@d'] }],
    [{ match: { source: '10.0.0.0/33' } }],
    [{ match: { operation: {} } }],
    [{ match: { operation: { failedJobs: true }, types: ['mail'] } }],
    [{ digestMinutes: -1 }],
    [{ unknown: 1 }],
  ])('refuses %j', (change) => {
    expect(ruleSchema.safeParse({ ...rule, ...change }).success).toBe(false);
  });
});
