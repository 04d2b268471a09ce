import { describe, expect, it } from 'vitest';
import { subjectMacros as knownMacros, type RuleMatch } from '@sluice/notifications';
import { describeMatch, describePace } from './describe-match.js';
import { noMatch, noOperation } from './rule-draft.js';
import { subjectMacros } from './subject-macros.js';

const names = new Map([
  ['a', 'Nextcloud'],
  ['b', 'mx-1'],
]);
const words = (match: Partial<RuleMatch>) => describeMatch({ ...noMatch, operation: null, ...match }, names);

describe('a rule in words', () => {
  it('says that nothing restricts it', () => {
    expect(words({})).toBe('Every detection');
    expect(words({ minimumImportance: 'low' })).toBe('Every detection');
  });

  it('names every condition', () => {
    const all = words({
      minimumImportance: 'medium',
      technologies: ['am', 'yara'],
      types: ['mail'],
      externalSystemIds: ['a', 'b', 'gone'],
      address: '*@example.org',
      source: '10.0.0.0/8',
    });
    expect(all).toBe(
      'Detections of medium importance or higher by Antivirus or YARA, in mail, from Nextcloud, mx-1 or a system that was' +
        ' removed, with a sender or recipient like *@example.org, sent from 10.0.0.0/8',
    );
  });

  it('names the troubles of operation it tells', () => {
    const operation = {
      ...noOperation,
      engineDown: true,
      signaturesOlderThanDays: 1,
      queueOlderThanSeconds: 60,
    };
    expect(words({ operation })).toBe(
      'An engine is down, signatures are older than 1 day or a job has waited for more than 60 seconds',
    );
  });

  it('says how often it tells', () => {
    expect(describePace({ digestMinutes: 0, maxPerHour: null })).toBe('At once');
    expect(describePace({ digestMinutes: 15, maxPerHour: 20 })).toBe(
      'Gathered over 15 minutes, at most 20 an hour',
    );
  });
});

describe('the macros that are offered', () => {
  it('are those that are known', () => {
    expect(subjectMacros.map((macro) => macro.name)).toEqual(knownMacros);
  });
});
