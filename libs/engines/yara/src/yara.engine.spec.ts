import { describe, expect, it } from 'vitest';
import { describeEngineContract } from '@sluice/contracts/testing';
import { YaraEngine } from './yara.engine.js';

const needle = 'rule needle { strings: $a = "needle" condition: $a }';
const create = (texts: Record<string, string>): YaraEngine =>
  new YaraEngine({ files: Object.entries(texts).map(([name, text]) => ({ name, text })), problems: [] });
const withHash = (bytes: Buffer) => ({ bytes, sha256: '0'.repeat(64) });

const engine = create({ 'needle.yar': needle });
describeEngineContract(
  'YARA',
  () => ({
    name: engine.name,
    technology: engine.technology,
    scan: (bytes) => engine.scanPart(withHash(bytes)),
    selfTest: () => engine.selfTest(),
  }),
  { infected: () => Buffer.from('a needle in a haystack') },
);

describe('YARA', () => {
  const names = (from: YaraEngine, text: string): string[] => {
    const outcome = from.scanPart(withHash(Buffer.from(text)));
    return outcome.kind === 'infected' ? outcome.detections.map((one) => one.name) : [outcome.kind];
  };

  it('reports every rule that matches, of every file, but no private one', () => {
    const both = create({
      'a.yar': `${needle} private rule hidden { condition: true }`,
      'b.yar': 'rule needle { condition: filesize > 3 } rule never { condition: false }',
    });
    expect(names(both, 'a needle')).toEqual(['needle', 'needle']);
    expect(names(both, 'nothing')).toEqual(['needle']);
    expect(names(both, 'x')).toEqual(['clean']);
  });

  it('is unhealthy, names the file, and judges nothing, when a rule is broken', () => {
    const broken = create({ 'good.yar': needle, 'bad.yar': 'rule bad { condition: nonsense }' });
    const status = broken.selfTest();
    expect(status.isHealthy).toBe(false);
    expect(status.problem).toMatch(/^bad\.yar: error.*unknown identifier `nonsense`/);
    expect(names(broken, 'a needle')).toEqual(['failed']);
  });

  it('is unhealthy when a rule file could not be read', () => {
    const unread = new YaraEngine({
      files: [{ name: 'a.yar', text: needle }],
      problems: ['b.yar: cannot be read: EACCES'],
    });
    expect(unread.selfTest()).toMatchObject({ isHealthy: false, problem: 'b.yar: cannot be read: EACCES' });
  });

  it('does not let rules include other files', () => {
    expect(create({ 'a.yar': 'include "/etc/passwd"' }).selfTest().isHealthy).toBe(false);
  });

  it('keeps every match, so that counts, offsets and ranges mean what they say', () => {
    const counting = create({
      'a.yar': [
        'rule count { strings: $a = "abc" condition: #a > 3 }',
        'rule second { strings: $a = "abc" condition: @a[2] == 6 }',
        'rule any_late { strings: $a = "abc" condition: for any i in (1..#a) : (@a[i] > 10000) }',
        'rule in_range { strings: $a = "abc" condition: $a in (filesize - 10..filesize) }',
        'rule many { strings: $a = "abc" condition: #a > 3000 }',
      ].join('\n'),
    });
    const all = ['count', 'second', 'any_late', 'in_range', 'many'];
    expect(names(counting, 'abcdefabc'.repeat(2000))).toEqual(all);
    expect(names(counting, 'abcdefghi')).toEqual(['in_range']);
  });

  it('counts tens of thousands of matches', () => {
    const condition = '#a == 20000 and @a[20000] == 39998';
    const many = create({ 'a.yar': `rule every { strings: $a = "ab" condition: ${condition} }` });
    expect(names(many, 'ab'.repeat(20_000))).toEqual(['every']);
    expect(names(many, 'ab'.repeat(19_999))).toEqual(['clean']);
  });

  it('counts more than a million matches, where YARA-X stops by itself', () => {
    // A rule that does not match is not reported with its matches, which would take a minute.
    const rule = 'rule fewer { strings: $a = "ab" condition: #a <= 1000000 }';
    expect(names(create({ 'a.yar': rule }), 'ab'.repeat(1_000_001))).toEqual(['clean']);
  });

  it('changes its version with the rules', () => {
    const version = (text: string): string => create({ 'a.yar': text }).selfTest().version;
    expect(version(needle)).toBe(version(needle));
    expect(version(needle)).not.toBe(version(`${needle} `));
  });

  it('does not report its own self-test', () => {
    expect(names(engine, ['sluice', 'yara', 'self', 'test'].join('\u0001'))).toEqual(['clean']);
  });
});
