import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildMail, buildZip, madeArchive } from '@sluice/containers/testing';
import { groupKeyOf } from '@sluice/contracts';
import { eicarTestFile } from '@sluice/engine-clamav';
import { StartedClamav } from '@sluice/engine-clamav/testing';
import type { ObjectStore } from '@sluice/object-store';
import { combined, Examining, hashOf } from '../testing/examining.js';
import { usualLimits } from '../testing/usual-limits.js';
import { AllowList } from './allow-list.js';
import { ExamineObjectService } from './examine-object.service.js';
import { Inspector } from './inspector.js';

const root = path.resolve(import.meta.dirname, '../../../..');
const testFiles = '/usr/share/clamav-testfiles';
const denied = Buffer.from('a denied file');
const allowed = Buffer.from('a needle that is allowed');
const encrypted = madeArchive('encrypted zip');

describe('examining an object', () => {
  const home = mkdtempSync(path.join(tmpdir(), 'scanner-'));
  const rules = path.join(home, 'rules');
  const lists = { YARA_RULES_DIR: rules, HASH_DENY_FILE: path.join(home, 'deny') };
  let clamav: StartedClamav;
  let inspector: Inspector;
  let objects: Examining;

  beforeAll(async () => {
    execFileSync(process.execPath, ['tools/build/build.mjs'], { cwd: root });
    mkdirSync(rules);
    writeFileSync(path.join(rules, 'needle.yar'), 'rule needle { strings: $a = "a needle" condition: $a }');
    // Nested loops nothing can interrupt, on one exact text only.
    const slow =
      'rule slow { strings: $a = "make it slow" condition: $a and for all i in (0..2000000000) : ( for all j in (0..2000000000) : ( uint8(i) + uint8(j) < 1000 or i + j >= 0 ) ) }';
    writeFileSync(path.join(rules, 'slow.yar'), slow);
    writeFileSync(path.join(home, 'deny'), `${hashOf(denied)} Denied.By.Us\n`);
    writeFileSync(path.join(home, 'allow'), `${hashOf(allowed)}\n${hashOf(eicarTestFile())}\n`);
    clamav = await StartedClamav.start({ home });
    inspector = new Inspector(lists, { others: 2, mail: 0 });
    objects = await Examining.start(home, [clamav.engine], inspector);
  });
  afterAll(async () => {
    await inspector.close();
    await clamav.stop();
    rmSync(home, { recursive: true, force: true });
  });

  it('has every engine healthy', () => {
    expect([...objects.statuses.values()].map((one) => [one.engine, one.problem])).toEqual([
      ['clamav', null],
      ['inspector', null],
      ['hash-list', null],
      ['yara', null],
    ]);
  });

  const eicarZip = buildZip([{ name: 'eicar.com', bytes: eicarTestFile() }]);
  const eicarMail = buildMail([{ name: 'invoice.zip', bytes: eicarZip }]);
  it.each([
    ['alone', eicarTestFile(), 'file', []],
    ['in a zip', eicarZip, 'file', ['eicar.com']],
    ['in a zip in a mail', eicarMail, 'email', ['invoice.zip', 'eicar.com']],
    ['in a zip in a mail submitted as a file', eicarMail, 'file', ['invoice.zip', 'eicar.com']],
  ] as const)('finds EICAR and where it is: %s', async (_name, bytes, objectType, where) => {
    const combined = await objects.scan(bytes, objectType);
    expect(combined.outcome).toBe('infected');
    expect(combined.detections).toEqual([
      {
        engine: 'clamav',
        technology: 'am',
        name: expect.stringContaining('EICAR'),
        path: [...where],
        ...(where.length > 0 && { sha256: hashOf(eicarTestFile()) }),
      },
    ]);
  });

  const escapedNames = Buffer.from(
    [
      '%PDF-1.4',
      '1 0 obj\n<< /Type /Catalog /Pages 2 0 R /#4FpenAction << /S /J#61vaScript /JS (x) >> >>\nendobj',
      '2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj',
      '3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>\nendobj',
      'trailer\n<< /Root 1 0 R /Size 4 >>\n%%EOF\n',
    ].join('\n'),
  );
  it.each([
    ['alone', escapedNames, 'file'],
    [
      'in a zip in a mail',
      buildMail([{ name: 'a.zip', bytes: buildZip([{ name: 'a.pdf', bytes: escapedNames }]) }]),
      'email',
    ],
  ] as const)('does not hold a PDF for escaped names only: %s', async (_where, bytes, objectType) => {
    // What ClamAV has to say of it, or this shows nothing.
    expect(await clamav.scan(bytes)).toMatchObject({ isRemark: true });
    expect(await objects.scan(bytes, objectType)).toMatchObject({ outcome: 'clean', detections: [] });
  });

  it('finds what YARA rules describe and what the deny list names, inside too', async () => {
    const bytes = buildMail([
      {
        name: 'a.zip',
        bytes: buildZip([
          { name: 'deep', bytes: Buffer.from('a needle') },
          { name: 'bad', bytes: denied },
        ]),
      },
    ]);
    const { detections, outcome } = await objects.scan(bytes, 'email');
    expect(outcome).toBe('infected');
    expect(detections).toContainEqual({
      engine: 'yara',
      technology: 'yara',
      name: 'needle',
      path: ['a.zip', 'deep'],
      sha256: hashOf(Buffer.from('a needle')),
    });
    expect(detections).toContainEqual({
      engine: 'hash-list',
      technology: 'am',
      name: 'Denied.By.Us',
      path: ['a.zip', 'bad'],
      sha256: hashOf(denied),
    });
  });

  it.each([
    ['a text', Buffer.from('harmless'), 'clean', null],
    ['nothing', Buffer.alloc(0), 'clean', null],
    ['a zip', buildZip([{ name: 'a', bytes: randomBytes(5000) }]), 'clean', null],
    ['an encrypted zip', encrypted, 'error', 'encrypted'],
    ['an encrypted zip in a mail', buildMail([{ name: 'x.zip', bytes: encrypted }]), 'error', 'encrypted'],
    ['a cut zip', buildZip([{ name: 'a', bytes: randomBytes(5000) }]).subarray(0, 3000), 'error', 'damaged'],
  ] as const)('says what is to be said of %s', async (_name, bytes, outcome, reason) => {
    expect(await objects.scan(bytes)).toMatchObject({ outcome, reason });
  });

  it('says that a bomb reached a limit', async () => {
    const bomb = buildZip([{ name: 'zeros', bytes: Buffer.alloc(16_000_000) }]);
    const job = await objects.submit(buildZip([{ name: 'bomb.zip', bytes: bomb }]));
    const examination = await objects.examine(job, undefined, { ...usualLimits, maxTotalBytes: 8_000_000 });
    expect(combined(examination)).toMatchObject({ outcome: 'error', reason: 'limit-exceeded' });
  });

  it('takes an object of 100 MiB', async () => {
    expect(await objects.scan(randomBytes(100 * 1024 * 1024))).toMatchObject({ outcome: 'clean' });
  });

  it('tells digests, type and headers of what it examined', async () => {
    const examination = await objects.examine(await objects.submit(eicarMail, 'email'));
    if (examination.kind !== 'examined') throw new Error(examination.kind);
    expect(examination.object).toEqual({
      md5: createHash('md5').update(eicarMail).digest('hex'),
      sha1: createHash('sha1').update(eicarMail).digest('hex'),
      sha256: hashOf(eicarMail),
      detectedType: 'message/rfc822',
      mail: {
        from: 'sender@example.com',
        to: ['one@example.com', 'two@example.com'],
        cc: [],
        subject: 'äöü',
        messageId: '<id@example.com>',
      },
    });
  });

  it('kills a YARA rule that takes for ever, and goes on', async () => {
    expect(await objects.scan(Buffer.from('make it slow'), 'file', 1500)).toMatchObject({
      outcome: 'timeout',
      reason: 'engine-timeout',
    });
    expect(await objects.scan(Buffer.from('a needle'))).toMatchObject({ outcome: 'infected' });
  });

  it('says when the stored object is gone or another one', async () => {
    const job = await objects.submit(Buffer.from('one'));
    expect(await objects.examine({ ...job, sha256: hashOf(Buffer.from('two')) })).toEqual({
      kind: 'object-altered',
    });
    expect(await objects.examine({ ...job, sizeBytes: 2 })).toEqual({ kind: 'object-altered' });
    expect(await objects.examine({ ...job, sizeBytes: 4 })).toEqual({ kind: 'object-altered' });
    await objects.store.delete(job.objectKey);
    expect(await objects.examine(job)).toEqual({ kind: 'object-missing' });
  });

  it('says nothing of an object whose shared file is short or gone, and takes no neighbour for it', async () => {
    const pieces = [
      Buffer.from('alone'),
      Buffer.from('innocent'),
      Buffer.from('a needle'),
      Buffer.from('last'),
    ];
    const keys = await Promise.all(pieces.map((bytes) => objects.store.createShared(bytes)));
    const jobs = pieces.map((bytes, index) => objects.jobFor(keys[index]!, bytes));
    const groupKey = groupKeyOf(keys[1]!)!;
    expect(keys.map(groupKeyOf)).toEqual([null, groupKey, groupKey, groupKey]);
    expect(combined(await objects.examine(jobs[1]!))).toMatchObject({ outcome: 'clean' });
    expect(combined(await objects.examine(jobs[2]!))).toMatchObject({ outcome: 'infected' });
    expect(await objects.examine({ ...jobs[1]!, objectKey: keys[2]! })).toEqual({ kind: 'object-altered' });
    const file = path.join(home, 'objects', groupKey.slice(0, 2), `${groupKey}.group`);
    truncateSync(file, 'innocenta needlel'.length);
    expect(combined(await objects.examine(jobs[2]!))).toMatchObject({ outcome: 'infected' });
    expect(await objects.examine(jobs[3]!)).toEqual({ kind: 'store-failed' });
    await objects.store.deleteGroup(groupKey);
    expect(await objects.examine(jobs[1]!)).toEqual({ kind: 'store-failed' });
    expect(combined(await objects.examine(jobs[0]!))).toMatchObject({ outcome: 'clean' });
  });

  it('exempts by the allow list what is found in exactly those bytes, not what is only somewhere in the object', async () => {
    const allowing = new Inspector(
      { ...lists, HASH_ALLOW_FILE: path.join(home, 'allow') },
      { others: 1, mail: 0 },
    );
    const exempting = objects.with(allowing, new AllowList(allowing.inUse['hash-list']));
    try {
      expect(await exempting.scan(eicarTestFile())).toMatchObject({ outcome: 'clean' });
      expect(await exempting.scan(allowed)).toMatchObject({ outcome: 'clean' });
      expect(await exempting.scan(buildZip([{ name: 'a', bytes: allowed }]))).toMatchObject({
        outcome: 'clean',
      });
      // The same bytes inside: ClamAV names the whole, and the part alone explains it.
      expect(await exempting.scan(eicarZip)).toMatchObject({ outcome: 'clean' });
      expect(await exempting.scan(eicarMail, 'email')).toMatchObject({ outcome: 'clean' });
      const both = buildZip([
        { name: 'a', bytes: allowed },
        { name: 'b', bytes: Buffer.from('not allowed: a needle') },
      ]);
      expect((await exempting.scan(both)).detections).toEqual([expect.objectContaining({ path: ['b'] })]);
    } finally {
      await allowing.close();
    }
  });

  it('says of each object what it holds, one after the other in one process', async () => {
    const single = new Inspector(lists, { others: 0, mail: 0 });
    const examining = objects.with(single);
    const needle = Buffer.from('a needle');
    try {
      for (const bytes of [
        Buffer.alloc(0),
        needle,
        encrypted,
        Buffer.alloc(0),
        eicarZip,
        randomBytes(300_000),
      ]) {
        const found = await examining.scan(bytes);
        const isBad = bytes === needle || bytes === eicarZip;
        expect(found.outcome).toBe(isBad ? 'infected' : bytes === encrypted ? 'error' : 'clean');
      }
    } finally {
      await single.close();
    }
  });

  it('gives up on a store that hangs, after the time of the scan', async () => {
    const hanging = { readWhole: () => new Promise<never>(() => undefined) } as unknown as ObjectStore;
    const waiting = new ExamineObjectService(hanging, [clamav.engine], inspector, new AllowList(null));
    const job = await objects.submit(Buffer.from('one'));
    expect(
      await waiting.examine(job, { timeoutMs: 50, statuses: objects.statuses, limits: usualLimits }),
    ).toEqual({ kind: 'store-failed' });
  });

  it('opens every file of clamav-testfiles without a fault', async () => {
    const names = readdirSync(testFiles);
    // Two at a time, as there are processes.
    const scanAll = async (): Promise<void> => {
      for (let name = names.pop(); name !== undefined; name = names.pop()) {
        const { outcome } = await objects.scan(readFileSync(path.join(testFiles, name)));
        expect([name, outcome]).toEqual([name, expect.stringMatching(/^(clean|error)$/)]);
      }
    };
    await Promise.all([scanAll(), scanAll()]);
  });
});
