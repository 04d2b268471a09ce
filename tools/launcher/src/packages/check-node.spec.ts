import { describe, expect, it } from 'vitest';
import { satisfies } from '../../check-node.mjs';

const range = '^20.19.0 || ^22.13.0 || >=24.11.0';

describe('satisfies', () => {
  it.each(['20.19.0', '20.20.2', '22.13.1', '24.11.0', '26.0.0', '25.0.0-nightly'])('takes %s', (version) =>
    expect(satisfies(version, range)).toBe(true),
  );
  it.each(['18.20.0', '20.18.9', '21.7.0', '22.12.9', '23.11.0', '24.10.9'])('refuses %s', (version) =>
    expect(satisfies(version, range)).toBe(false),
  );
  it('does not guess at a form it does not know', () =>
    expect(() => satisfies('20.0.0', '20.x')).toThrow('unknown form'));
});
