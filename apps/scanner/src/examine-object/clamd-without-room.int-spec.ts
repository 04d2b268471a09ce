import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildMail, buildPlainZip } from '@sluice/containers/testing';
import { type EngineStatus, type Job, defaultSettings } from '@sluice/contracts';
import { ClamavEngine, eicarTestFile } from '@sluice/engine-clamav';
import { type ObjectStore, openObjectStore } from '@sluice/object-store';
import { type PrivateClamd, startPrivateClamd } from '@sluice/private-servers';
import { combineOutcomes } from '../combine-outcomes/combine-outcomes.js';
import { AllowList } from './allow-list.js';
import { ExamineObjectService } from './examine-object.service.js';
import { Inspector } from './inspector.js';

const { maxDepth, maxParts, maxTotalBytes, maxPartBytes, maxHeldBytes, maxRatio } = defaultSettings;
const limits = { maxDepth, maxParts, maxTotalBytes, maxPartBytes, maxHeldBytes, maxRatio };
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
  let clamd: PrivateClamd;
  let engine: ClamavEngine;
  let inspector: Inspector;
  let store: ObjectStore;
  let service: ExamineObjectService;
  let statuses: Map<string, EngineStatus>;

  beforeAll(async () => {
    mkdirSync(folder);
    const options = `size=${folderBytes},mode=1777`;
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'ignore' });
    mkdirSync(path.join(home, 'objects'));
    store = await openObjectStore(`file://${home}/objects`);
    const signatures = path.join(home, 'signatures');
    mkdirSync(signatures);
    const test = `Test.EICAR:0:0:${eicarTestFile().toString('hex')}`;
    const ending = `Test.Ending:0:EOF-${lastWords.length}:${Buffer.from(lastWords).toString('hex')}`;
    writeFileSync(path.join(signatures, 'test.ndb'), `${test}\n${ending}\n`);
    chmodSync(home, 0o755);
    const changes = { TemporaryDirectory: folder, DatabaseDirectory: signatures };
    clamd = await startPrivateClamd({ home, officialDatabase: null, changes });
    engine = new ClamavEngine({ url: clamd.url, maxObjectBytes: clamd.maxObjectBytes });
    inspector = new Inspector({}, { others: 1, mail: 0 });
    service = new ExamineObjectService(store, [engine], inspector, new AllowList(null));
    const tested = [await engine.selfTest(), ...(await inspector.selfTest())];
    statuses = new Map(tested.map((status) => [status.engine, status]));
  });
  afterAll(async () => {
    await inspector.close();
    await engine.close();
    await clamd.stop();
    execFileSync('umount', ['--lazy', folder], { stdio: 'ignore' });
    rmSync(home, { recursive: true, force: true });
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
    const writer = await store.create();
    await writer.write(bytes);
    await writer.commit();
    const job: Job = {
      kind: 'job',
      v: 1,
      submissionId: crypto.randomUUID(),
      objectKey: writer.key,
      sizeBytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      objectType,
    };
    const examination = await service.examine(job, { timeoutMs: 150_000, statuses, limits });
    if (examination.kind !== 'examined') return examination.kind;
    const settings = { ...defaultSettings, allowTestSignatures: true };
    return combineOutcomes(examination.results, { settings, nowMs: Date.now() }).outcome;
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
