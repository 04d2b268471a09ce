import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildMail, buildPlainZip } from '@sluice/containers/testing';
import { eicarTestFile } from '@sluice/engine-clamav';
import { StartedClamav } from '@sluice/engine-clamav/testing';
import { combined, Examining } from '../testing/examining.js';
import { Inspector } from './inspector.js';

/** A signature of the end of a file: a piece of it does not match. */
const lastWords = 'and that is where it ends';
const folderBytes = 16 * 1024 ** 2;
const pageBytes = 4096;

/**
 * clamd writes what it unpacks into its TemporaryDirectory. Where a file of a mail does not fit there any more it says so in
 * its log and nowhere else: its answer to the mail is OK, while the file alone, which is smaller than the mail, still fits.
 */
describe.runIf(process.getuid?.() === 0)('while the folder in which clamd unpacks is almost full', () => {
  const home = mkdtempSync(path.join(tmpdir(), 'spared-full-'));
  const folder = path.join(home, 'unpacked');
  const ballast = path.join(folder, 'ballast');
  let clamav: StartedClamav | undefined;
  let inspector: Inspector | undefined;
  let objects: Examining;

  beforeAll(async () => {
    mkdirSync(folder);
    const options = `size=${folderBytes},mode=1777`;
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'ignore' });
    const signatures = path.join(home, 'signatures');
    mkdirSync(signatures);
    const test = `Test.EICAR:0:0:${eicarTestFile().toString('hex')}`;
    const ending = `Test.Ending:0:EOF-${lastWords.length}:${Buffer.from(lastWords).toString('hex')}`;
    writeFileSync(path.join(signatures, 'test.ndb'), `${test}\n${ending}\n`);
    chmodSync(home, 0o755);
    const changes = { TemporaryDirectory: folder, DatabaseDirectory: signatures };
    clamav = await StartedClamav.start({ home, changes });
    inspector = new Inspector({}, { others: 1, mail: 0 });
    objects = await Examining.start(home, [clamav.engine], inspector);
  });
  afterAll(async () => {
    try {
      await inspector?.close();
      await clamav?.stop();
    } finally {
      execFileSync('umount', ['--lazy', folder], { stdio: 'ignore' });
      rmSync(home, { recursive: true, force: true });
    }
  });

  const freeBytes = (): number => {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  };
  /** What clamd unpacked before goes a moment after its answer, or, where it had no room, not at all. */
  const leaveFree = (bytes: number): Promise<void> =>
    vi.waitFor(() => {
      for (const name of readdirSync(folder))
        rmSync(path.join(folder, name), { recursive: true, force: true });
      writeFileSync(ballast, Buffer.alloc(freeBytes() - bytes, 1));
      expect(Math.abs(freeBytes() - bytes)).toBeLessThan(2 * pageBytes);
    }, 300_000);

  async function outcomeOf(bytes: Buffer, objectType: 'email' | 'file'): Promise<string> {
    const examination = await objects.examine(await objects.submit(bytes, objectType));
    return examination.kind === 'examined' ? combined(examination).outcome : examination.kind;
  }

  const needle = { name: 'eicar.com', bytes: eicarTestFile() };
  const padding = { name: 'padding', bytes: randomBytes(1024 ** 2), isStored: true };
  const zip = buildPlainZip([needle, padding]).bytes;
  const file = Buffer.concat([randomBytes(200 * 1024), Buffer.from(lastWords)]);
  const small = Array.from({ length: 20 }, (_, index) => ({
    name: `${index}.bin`,
    bytes: Buffer.concat([randomBytes(12_000), Buffer.from(index === 19 ? lastWords : '')]),
  }));
  it.each<[string, Buffer, number, 'email' | 'file']>([
    ['a mail with a zip', buildMail([{ name: 'a.zip', bytes: zip }]), zip.length / 2, 'email'],
    ['a mail with a file', buildMail([{ name: 'a.bin', bytes: file }]), file.length / 2, 'email'],
    ['a mail with small files, which are shown together', buildMail(small), 70_000, 'email'],
    ['a zip', zip, zip.length / 2, 'file'],
  ])('%s is not called clean', async (_, bytes, moreBytes, objectType) => {
    await leaveFree(folderBytes / 2);
    expect(await outcomeOf(bytes, objectType)).toBe('infected');
    await leaveFree(bytes.length + Math.floor(moreBytes));
    expect(await outcomeOf(bytes, objectType)).not.toBe('clean');
  });
});
