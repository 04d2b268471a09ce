import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
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
  it.each(['MaxEmbeddedPE', 'MaxHTMLNormalize', 'MaxHTMLNoTags', 'MaxScriptNormalize', 'PCREMaxFileSize'])(
    'does not let %s cut: nothing is said where it does',
    (name) => expect(bytes(option(name))).toBe(clamdMaxObjectBytes),
  );
  it('holds a thread no longer than a scan may take', () => {
    expect(option('MaxScanTime')).toBe('120000');
    const place = { socket: '/s', signatures: '/db', temporary: '/t', threads: 12 };
    expect(clamdConfiguration({ ...place, scanTimeoutSeconds: 7 })).toMatch(/^MaxScanTime 7000$/m);
  });
  it('sets what deploy/clamav/clamd.conf sets', () => {
    const file = path.resolve(import.meta.dirname, '../../../../deploy/clamav/clamd.conf');
    const deployed = readFileSync(file, 'utf8').matchAll(
      /^((?:Max(?!Threads|Queue)|PCRE|Alert|Disable|StreamMax)\w+) (\S+)$/gm,
    );
    const pairs = [...deployed].map(([, name = '', value = '']) => [name, value]);
    expect(pairs.length).toBeGreaterThan(12);
    // One MiB less than 2 GiB is what the packaged ClamAV takes at most; 2048M means the same there.
    const own = pairs.map(([name = '']) => [name, option(name).replace(/^2047M$/, '2048M')]);
    expect(own).toEqual(pairs);
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
