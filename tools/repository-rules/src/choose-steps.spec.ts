import { describe, expect, it } from 'vitest';
import { chooseSteps, stepPlan } from '@sluice/tool-test/choose-steps';

const specs = [
  'apps/gateway/src/one.spec.ts',
  'apps/gateway/src/one.int-spec.ts',
  'apps/console-web/src/page.spec.tsx',
  'tools/acceptance/src/crashes.e2e-spec.ts',
  'tools/chaos/src/chaos.proof-spec.ts',
];
const steps = (...words: string[]): unknown => {
  const choice = chooseSteps(words, specs);
  return choice.kind === 'chosen' ? choice.steps : choice.why;
};

describe('npm test --', () => {
  it('takes everything but the long proofs without a word', () => {
    expect(steps()).toEqual(Object.keys(stepPlan).filter((name) => name !== 'proofs'));
    expect(steps('proofs')).toEqual(['build', 'services', 'proofs']);
  });
  it('takes steps by name, with what they need', () => {
    expect(steps('unit', 'types')).toEqual(['types', 'unit']);
    expect(steps('integration')).toEqual(['build', 'services', 'samples', 'integration']);
    expect(steps('lint')).toEqual(['graph', 'lint']);
  });
  it('takes the steps whose specs match a pattern', () => {
    expect(steps('one.spec')).toEqual(['unit']);
    expect(steps('page')).toEqual(['unit']);
    expect(steps('^apps/gateway/')).toEqual(['build', 'services', 'samples', 'unit', 'integration']);
    expect(steps('CRASHES')).toEqual(['build', 'services', 'e2e']);
    expect(steps('tools/chaos')).toEqual(['build', 'services', 'proofs']);
  });
  it('takes a pattern within the steps that are named', () =>
    expect(steps('unit', '^apps/gateway/')).toEqual(['unit']));
  it.each([
    [['no-such-spec'], /No spec file matches "no-such-spec"/],
    [['one', 'no-such-spec'], /No spec file matches "no-such-spec"/],
    [['unit', 'crashes'], /No spec file of unit matches crashes/],
    [['(one'], /no regular expression/],
  ])('fails when it finds nothing: %j', (words, why) => expect(steps(...words)).toMatch(why));
});
