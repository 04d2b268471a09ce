import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildAnnouncingXar, buildMail, buildPackedProgram, buildPlainZip } from '@sluice/containers/testing';
import type { EngineOutcome } from '@sluice/contracts';
import { eicarTestFile } from '@sluice/engine-clamav';
import { StartedClamav } from '@sluice/engine-clamav/testing';
import { until } from '@sluice/timing';

const gibibyte = 1024 ** 3;
const tooMuch = { kind: 'unscannable', reason: 'limit-exceeded', limit: 'MaxAllocation' };
const program = buildPackedProgram(gibibyte - 256);
const xar = buildAnnouncingXar(BigInt(2 * gibibyte));
const needle = { name: 'eicar.com', bytes: eicarTestFile() };
const zipped = (first: Buffer) => buildPlainZip([{ name: 'a.bin', bytes: first }, needle]).bytes;

/**
 * clamd gives no step more than 1 GiB, and calls it a lack of memory when a file announces more, which takes some bytes.
 * With ExitOnOOM it would end.
 */
describe('files that announce more memory than clamd gives', () => {
  let on: StartedClamav;

  beforeAll(async () => {
    on = await StartedClamav.start();
    expect(await on.engine.selfTest()).toMatchObject({ isHealthy: true });
  });
  afterAll(() => on.stop());

  async function scanAndGoOn(bytes: Buffer): Promise<EngineOutcome> {
    const [before] = on.clamd.processes.map(({ pid }) => pid);
    const outcome = await on.scan(bytes);
    expect(await on.scan(eicarTestFile())).toMatchObject({ kind: 'infected' });
    expect(on.clamd.processes.map(({ pid }) => pid)).toEqual([before]);
    return outcome;
  }

  it.each<[string, Buffer]>([
    ['a packed program', program],
    ['a zip with such a program', buildPlainZip([{ name: 'a.exe', bytes: program }]).bytes],
    ['a mail with such a program', buildMail([{ name: 'a.exe', bytes: program }])],
  ])('%s is beyond a limit, and clamd goes on', async (_what, bytes) =>
    expect(await scanAndGoOn(bytes)).toEqual(tooMuch),
  );

  it('of which clamd knows better, a xar with a small table, do not end it either', async () => {
    // 1.4.3 gives it no memory, 1.4.6 unpacks the table to see how long it is.
    for (const one of [xar, buildAnnouncingXar(0xffff_ffff_ffff_ffffn)])
      expect([tooMuch, { kind: 'clean' }]).toContainEqual(await scanAndGoOn(one));
  });

  it.each([
    ['a zip, behind such a program', zipped(program)],
    ['a zip, behind such a xar', zipped(xar)],
    ['a mail, behind such a program', buildMail([{ name: 'a.exe', bytes: program }, needle])],
    ['a mail, in a zip behind such a xar', buildMail([{ name: 'a.zip', bytes: zipped(xar) }])],
  ])('what it finds in %s is not missed in silence', async (_what, bytes) => {
    expect((await on.scan(bytes)).kind).not.toBe('clean');
  });

  it('is one that does not end for lack of memory', () =>
    expect(readFileSync(path.join(on.home, 'clamd', 'clamd.conf'), 'utf8')).toMatch(/^ExitOnOOM no$/m));

  it('end a clamd that was told to exit for lack of memory, which is seen: said of the object, or broken off', async () => {
    await on.exchange({ ExitOnOOM: 'yes' });
    const [before] = on.clamd.processes.map(({ pid }) => pid);
    const brokeOff = { kind: 'failed', code: 'broke-off', retryable: true };
    // The first scan meets the session of the clamd of before.
    await until(async () => (await on.scan(eicarTestFile())).kind === 'infected');
    expect([tooMuch, brokeOff]).toContainEqual(await on.scan(program));
    await until(() => on.clamd.processes.every(({ pid }) => pid !== before), 60_000);
    await until(async () => (await on.scan(eicarTestFile())).kind === 'infected', 60_000);
  });
});
