import { describe, expect, it } from 'vitest';
import type { Technology } from '@sluice/contracts';
import { rateImportance, technologiesOf } from './rate-importance.js';

const detection = (technology: Technology, name: string) => ({ engine: 'e', technology, name, path: [] });

describe('importance', () => {
  it.each([
    ['am', 'Win.Trojan.X', 'high'],
    ['am', 'PUA.Win.Tool', 'low'],
    ['am', 'Heuristics.Phishing', 'medium'],
    ['sb', 'any', 'high'],
    ['yara', 'rule', 'medium'],
    ['ids', 'any', 'medium'],
    ['url_reputation', 'any', 'medium'],
  ] as const)('of %s %s is %s', (technology, name, importance) => {
    expect(rateImportance([detection(technology, name)])).toBe(importance);
  });

  it('is what the scanner says, where it says so', () => {
    expect(rateImportance([{ ...detection('am', 'Heuristics.OLE2.X'), importance: 'low' }])).toBe('low');
    expect(rateImportance([{ ...detection('am', 'Heuristics.OLE2.X'), importance: 'high' }])).toBe('high');
  });

  it('is the highest of all detections', () => {
    const all = [detection('am', 'PUA.X'), detection('yara', 'r'), detection('am', 'Virus')];
    expect(rateImportance(all)).toBe('high');
    expect(rateImportance(all.slice(0, 2))).toBe('medium');
  });

  it('of a detection without names is high', () => {
    expect(rateImportance([])).toBe('high');
  });
});

describe('technologies', () => {
  it('are named once, the foremost first', () => {
    expect(technologiesOf([detection('yara', 'a'), detection('am', 'b'), detection('yara', 'c')])).toEqual([
      'am',
      'yara',
    ]);
  });
});
