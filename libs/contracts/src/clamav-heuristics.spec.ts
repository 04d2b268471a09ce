import { describe, expect, it } from 'vitest';
import { type HeuristicMeaning, heuristicMeaning, parseHeuristics } from './clamav-heuristics.js';

const table = (text: string): ReadonlyMap<string, HeuristicMeaning> => {
  const parsed = parseHeuristics(text);
  if (typeof parsed === 'string') throw new Error(parsed);
  return parsed;
};

describe("ClamAV's names", () => {
  it.each([
    ['Heuristics.Encrypted.Zip', 'encrypted'],
    ['Heuristics.Limits.Exceeded', 'limit-exceeded'],
    ['Heuristics.Limits.Exceeded.MaxFiles', 'limit-exceeded'],
    ['Heuristics.PDF.ObfuscatedNameObject', 'information'],
    ['Heuristics.PDF.SomethingElse', 'medium'],
    ['Heuristics.OLE2.ContainsMacros.VBA', 'low'],
    ['Heuristics.Phishing.Email.SpoofedDomain', 'medium'],
    ['Heuristics.Structured.CreditCardNumber', 'low'],
    ['PUA.Win.Tool.X', 'low'],
    ['Win.Trojan.Heuristics.Encrypted.X', null],
    ['Eicar-Test-Signature', null],
    ['heuristics.Encrypted.Zip', null],
  ] as const)('%s means %s', (name, meaning) => {
    expect(heuristicMeaning(name, new Map())).toBe(meaning);
  });

  it('mean what an operator says, the longest beginning first', () => {
    const own = table(
      'Heuristics.PDF. = high\n Heuristics.Phishing.=information , Heuristics.OLE2.ContainsMacros = medium',
    );
    expect(heuristicMeaning('Heuristics.PDF.Other', own)).toBe('high');
    expect(heuristicMeaning('Heuristics.PDF.ObfuscatedNameObject', own)).toBe('information');
    expect(heuristicMeaning('Heuristics.Phishing.X', own)).toBe('information');
    expect(heuristicMeaning('Heuristics.OLE2.ContainsMacros', own)).toBe('medium');
    const same = table('Heuristics.PDF.ObfuscatedNameObject = low');
    expect(heuristicMeaning('Heuristics.PDF.ObfuscatedNameObject', same)).toBe('low');
  });

  it.each([
    'Heuristics.X',
    'Heuristics.X = fine',
    'Win.Trojan = information',
    '= low',
    'Heuristics.X == low',
    'Heuristics.Encrypted. = information',
    'Heuristics.Encrypted.Zip = information',
    'Heuristics.Limits.Exceeded.MaxFiles=information',
    'Heuristics. = information',
    'Heuristics.L = information',
    Array.from({ length: 201 }, (_, index) => `Heuristics.A${index} = low`).join(),
  ])('refuses %j', (text) => {
    expect(typeof parseHeuristics(text)).toBe('string');
  });

  it('may be nothing', () => {
    expect(table(' \n , ').size).toBe(0);
  });
});
