import { describe, expect, it } from '@jest/globals';
import { clamdConfiguration, clamdMaxObjectBytes } from './clamd-configuration.js';
import { eicarText, testSignatureLine } from './test-signatures.js';

const text = clamdConfiguration({ socket: '/s', signatures: '/db', temporary: '/t', threads: 12 });
const option = (name: string): string => new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1] ?? 'absent';
const bytes = (value: string): number => Number.parseInt(value, 10) * 1024 ** 2;

describe('clamdConfiguration', () => {
  it.each(['AlertExceedsMax', 'AlertEncrypted'])('has %s on: what was not looked at is not clean', (name) =>
    expect(option(name)).toBe('yes'),
  );
  it('takes in and scans objects of the same size that scanners are told', () => {
    expect(bytes(option('StreamMaxLength'))).toBe(clamdMaxObjectBytes);
    expect(bytes(option('MaxFileSize'))).toBe(clamdMaxObjectBytes);
    expect(bytes(option('MaxScanSize'))).toBeGreaterThan(clamdMaxObjectBytes);
  });
  it('listens on a socket only', () => expect(option('TCPSocket')).toBe('absent'));
});

describe('testSignatureLine', () => {
  it('is the 68 bytes of the EICAR test file at offset 0 of any file', () => {
    const [, target, offset, hex = ''] = testSignatureLine().split(':');
    expect([target, offset]).toEqual(['0', '0']);
    expect(Buffer.from(hex, 'hex').toString('latin1')).toBe(eicarText());
    expect(eicarText()).toHaveLength(68);
  });
});
