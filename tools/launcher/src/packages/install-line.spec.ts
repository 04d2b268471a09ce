import { describe, expect, it } from 'vitest';
import { distributionOf, installLine } from './install-line.js';

describe('distributionOf', () => {
  it.each([
    ['ID=debian\nVERSION_ID="12"\n', 'debian'],
    ['NAME="Ubuntu"\nID=ubuntu\nID_LIKE=debian\n', 'debian'],
    ['ID=linuxmint\nID_LIKE="ubuntu debian"\n', 'debian'],
    ['ID="rocky"\nID_LIKE="rhel centos fedora"\n', 'fedora'],
    ['ID=alpine\n', 'alpine'],
    ['ID=plan9\n', 'unknown'],
    ['', 'unknown'],
  ])('reads %j as %s', (text, distribution) => expect(distributionOf(text, 'linux')).toBe(distribution));
  it('knows macOS without the file', () => expect(distributionOf('', 'darwin')).toBe('macos'));
});

describe('installLine', () => {
  it('names only what is missing, by the names of the distribution', () =>
    expect(installLine(['postgres', 'clamd'], 'debian')).toBe(
      'sudo apt-get install --no-install-recommends postgresql clamav-daemon',
    ));
  it('says what to look for on a system it does not know', () =>
    expect(installLine(['rabbitmq'], 'unknown')).toContain('rabbitmq'));
});
