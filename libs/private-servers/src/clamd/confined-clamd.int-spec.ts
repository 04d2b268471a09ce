import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeConfinedClamd } from '../testing/confined-clamd.js';
import { startPrivateClamd } from './private-clamd.js';

/** 444 is landlock_create_ruleset, which answers its version. */
const landlock = spawnSync('perl', ['-e', 'exit(syscall(444, 0, 0, 1) > 0 ? 0 : 1)']).status === 0;
const underLandlock = landlock ? it : it.skip;
if (!landlock)
  console.warn('not run: clamd under confinement (this kernel has no Landlock, or Perl is missing)');

let folder: string;
const usualPath = process.env['PATH'] ?? '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sluice-confined-'));
  chmodSync(folder, 0o755);
});
afterEach(() => {
  process.env['PATH'] = usualPath;
  rmSync(folder, { recursive: true });
});

const start = (confined: 'by its path' | 'everywhere') => {
  process.env['PATH'] = `${writeConfinedClamd(path.join(folder, 'sbin'), confined)}:${usualPath}`;
  return startPrivateClamd({ home: path.join(folder, 'state'), officialDatabase: null });
};

underLandlock('clamd starts though the packaged program may not read the state directory', async () => {
  const clamd = await start('by its path');
  expect(clamd.url).toContain(folder);
  await clamd.stop();
});

underLandlock(
  'clamd that is refused everywhere is a fault that says who may have refused, and the line that mends it',
  async () => {
    const fault = await start('everywhere').catch((error: unknown) => error);
    expect(fault).toMatchObject({
      message: expect.stringMatching(/clamd ended while starting: .*(denied|config).*security module/i),
      nextStep: expect.stringContaining('apparmor_parser -R /etc/apparmor.d/usr.sbin.clamd'),
    });
  },
);
