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
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildMail, buildZip } from '@sluice/containers/testing';
import { type EngineStatus, type Job, type ObjectType, defaultSettings, groupKeyOf } from '@sluice/contracts';
import { ClamavEngine, eicarTestFile } from '@sluice/engine-clamav';
import { type ObjectStore, openObjectStore } from '@sluice/object-store';
import { type PrivateClamd, startPrivateClamd } from '@sluice/private-servers';
import { until } from '@sluice/timing';
import { type Combined, combineOutcomes } from '../combine-outcomes/combine-outcomes.js';
import { AllowList } from './allow-list.js';
import { ExamineObjectService, type Examination } from './examine-object.service.js';
import { Inspector } from './inspector.js';

const root = path.resolve(import.meta.dirname, '../../../..');
const testFiles = '/usr/share/clamav-testfiles';
const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const denied = Buffer.from('a denied file');
const allowed = Buffer.from('a needle that is allowed');
/** A password-protected zip, made once with `zip -P`. */
const encryptedZip = Buffer.from(
  'UEsDBAoACQAAAG6edV0yyKXfIgAAABYAAAAKABwAbmVlZGxlLnR4dFVUCQADQPYBa0D2AWt1eAsAAQQAAAAABAAAAABuOIA4D0Kk0QKFHPcOEgzAQqjrjBdV9QuDkGTT1buCYkqCUEsHCDLIpd8iAAAAFgAAAFBLAQIeAwoACQAAAG6edV0yyKXfIgAAABYAAAAKABgAAAAAAAEAAACkgQAAAABuZWVkbGUudHh0VVQFAANA9gFrdXgLAAEEAAAAAAQAAAAAUEsFBgAAAAABAAEAUAAAAHYAAAAAAA==',
  'base64',
);

const { maxDepth, maxParts, maxTotalBytes, maxPartBytes, maxHeldBytes, maxRatio } = defaultSettings;
const limits = { maxDepth, maxParts, maxTotalBytes, maxPartBytes, maxHeldBytes, maxRatio };
const noList = new AllowList(null);
const onPart = (): Promise<void> => Promise.resolve();

describe('examining an object', () => {
  const home = mkdtempSync(path.join(tmpdir(), 'scanner-'));
  const rules = path.join(home, 'rules');
  let clamd: PrivateClamd;
  let engine: ClamavEngine;
  let inspector: Inspector;
  let store: ObjectStore;
  let service: ExamineObjectService;
  let statuses: Map<string, EngineStatus>;

  async function submit(bytes: Buffer, objectType: ObjectType = 'file'): Promise<Job> {
    const writer = await store.create();
    await writer.write(bytes);
    await writer.commit();
    const submissionId = crypto.randomUUID();
    const what = { sizeBytes: bytes.length, sha256: hashOf(bytes), objectType };
    return { kind: 'job', v: 1, submissionId, objectKey: writer.key, ...what };
  }

  const examine = (job: Job, timeoutMs = 150_000, bounds = limits): Promise<Examination> =>
    service.examine(job, { timeoutMs, statuses, limits: bounds });

  async function scan(bytes: Buffer, objectType: ObjectType = 'file', timeoutMs?: number): Promise<Combined> {
    return combined(await examine(await submit(bytes, objectType), timeoutMs));
  }

  function combined(examination: Examination): Combined {
    if (examination.kind !== 'examined') throw new Error(examination.kind);
    const settings = { ...defaultSettings, allowTestSignatures: true };
    return combineOutcomes(examination.results, { settings, nowMs: Date.now() });
  }

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
    mkdirSync(path.join(home, 'objects'));
    store = await openObjectStore(`file://${home}/objects`);
    clamd = await startPrivateClamd({ home, officialDatabase: null });
    engine = new ClamavEngine({ url: clamd.url, maxObjectBytes: clamd.maxObjectBytes });
    inspector = new Inspector(
      { YARA_RULES_DIR: rules, HASH_DENY_FILE: path.join(home, 'deny') },
      { others: 2, mail: 0 },
    );
    service = new ExamineObjectService(store, [engine], inspector, noList);
    // Its processes start, and the self-test waits for one no longer than a scanner does.
    const inspected = await until(async () => {
      const found = await inspector.selfTest();
      return found.length > 1 && found;
    });
    const tested = [await engine.selfTest(), ...inspected];
    statuses = new Map(tested.map((status) => [status.engine, status]));
  });
  afterAll(async () => {
    await inspector.close();
    await engine.close();
    await clamd.stop();
    rmSync(home, { recursive: true, force: true });
  });

  it('has every engine healthy', () => {
    expect([...statuses.values()].map((one) => [one.engine, one.problem])).toEqual([
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
    const combined = await scan(bytes, objectType);
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
    const content = {
      sizeBytes: bytes.length,
      bytes: (async function* () {
        yield bytes;
      })(),
    };
    expect(await engine.scan(content, { timeoutMs: 120_000 })).toMatchObject({ isRemark: true });
    expect(await scan(bytes, objectType)).toMatchObject({ outcome: 'clean', detections: [] });
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
    const { detections, outcome } = await scan(bytes, 'email');
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
    ['an encrypted zip', encryptedZip, 'error', 'encrypted'],
    ['an encrypted zip in a mail', buildMail([{ name: 'x.zip', bytes: encryptedZip }]), 'error', 'encrypted'],
    ['a cut zip', buildZip([{ name: 'a', bytes: randomBytes(5000) }]).subarray(0, 3000), 'error', 'damaged'],
  ] as const)('says what is to be said of %s', async (_name, bytes, outcome, reason) => {
    expect(await scan(bytes)).toMatchObject({ outcome, reason });
  });

  it('says that a bomb reached a limit', async () => {
    const bomb = buildZip([{ name: 'zeros', bytes: Buffer.alloc(16_000_000) }]);
    const job = await submit(buildZip([{ name: 'bomb.zip', bytes: bomb }]));
    const examination = await examine(job, undefined, { ...limits, maxTotalBytes: 8_000_000 });
    expect(combined(examination)).toMatchObject({ outcome: 'error', reason: 'limit-exceeded' });
  });

  it('takes an object of 100 MiB', async () => {
    expect(await scan(randomBytes(100 * 1024 * 1024))).toMatchObject({ outcome: 'clean' });
  });

  it('tells digests, type and headers of what it examined', async () => {
    const examination = await examine(await submit(eicarMail, 'email'));
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
    expect(await scan(Buffer.from('make it slow'), 'file', 1500)).toMatchObject({
      outcome: 'timeout',
      reason: 'engine-timeout',
    });
    expect(await scan(Buffer.from('a needle'))).toMatchObject({ outcome: 'infected' });
  });

  it('says when the stored object is gone or another one', async () => {
    const job = await submit(Buffer.from('one'));
    expect(await examine({ ...job, sha256: hashOf(Buffer.from('two')) })).toEqual({ kind: 'object-altered' });
    expect(await examine({ ...job, sizeBytes: 2 })).toEqual({ kind: 'object-altered' });
    expect(await examine({ ...job, sizeBytes: 4 })).toEqual({ kind: 'object-altered' });
    await store.delete(job.objectKey);
    expect(await examine(job)).toEqual({ kind: 'object-missing' });
  });

  it('says nothing of an object whose shared file is short or gone, and takes no neighbour for it', async () => {
    const pieces = [
      Buffer.from('alone'),
      Buffer.from('innocent'),
      Buffer.from('a needle'),
      Buffer.from('last'),
    ];
    const keys = await Promise.all(pieces.map((bytes) => store.createShared(bytes)));
    const jobs = pieces.map((bytes, index) => {
      const [objectKey, submissionId] = [keys[index]!, crypto.randomUUID()];
      const what = { sizeBytes: bytes.length, sha256: hashOf(bytes), objectType: 'file' as const };
      return { kind: 'job' as const, v: 1 as const, submissionId, objectKey, ...what };
    });
    const groupKey = groupKeyOf(keys[1]!)!;
    expect(keys.map(groupKeyOf)).toEqual([null, groupKey, groupKey, groupKey]);
    expect(combined(await examine(jobs[1]!))).toMatchObject({ outcome: 'clean' });
    expect(combined(await examine(jobs[2]!))).toMatchObject({ outcome: 'infected' });
    expect(await examine({ ...jobs[1]!, objectKey: keys[2]! })).toEqual({ kind: 'object-altered' });
    const file = path.join(home, 'objects', groupKey.slice(0, 2), `${groupKey}.group`);
    truncateSync(file, 'innocenta needlel'.length);
    expect(combined(await examine(jobs[2]!))).toMatchObject({ outcome: 'infected' });
    expect(await examine(jobs[3]!)).toEqual({ kind: 'store-failed' });
    await store.deleteGroup(groupKey);
    expect(await examine(jobs[1]!)).toEqual({ kind: 'store-failed' });
    expect(combined(await examine(jobs[0]!))).toMatchObject({ outcome: 'clean' });
  });

  it('exempts by the allow list what is found in exactly those bytes, not what is only somewhere in the object', async () => {
    const lists = {
      YARA_RULES_DIR: rules,
      HASH_DENY_FILE: path.join(home, 'deny'),
      HASH_ALLOW_FILE: path.join(home, 'allow'),
    };
    const allowing = new Inspector(lists, { others: 1, mail: 0 });
    const before = service;
    service = new ExamineObjectService(store, [engine], allowing, new AllowList(allowing.inUse['hash-list']));
    try {
      expect(await scan(eicarTestFile())).toMatchObject({ outcome: 'clean' });
      expect(await scan(allowed)).toMatchObject({ outcome: 'clean' });
      expect(await scan(buildZip([{ name: 'a', bytes: allowed }]))).toMatchObject({ outcome: 'clean' });
      // The same bytes inside: ClamAV names the whole, and the part alone explains it.
      expect(await scan(eicarZip)).toMatchObject({ outcome: 'clean' });
      expect(await scan(eicarMail, 'email')).toMatchObject({ outcome: 'clean' });
      const both = buildZip([
        { name: 'a', bytes: allowed },
        { name: 'b', bytes: Buffer.from('not allowed: a needle') },
      ]);
      expect((await scan(both)).detections).toEqual([expect.objectContaining({ path: ['b'] })]);
    } finally {
      service = before;
      await allowing.close();
    }
  });

  it('needs no process for small objects with nothing to open while no rules or lists are configured', async () => {
    const alone = new Inspector({}, { others: 1, mail: 0 });
    const contentOf = (bytes: Buffer) => ({
      sizeBytes: bytes.length,
      bytes: (async function* () {
        yield bytes.subarray(0, 3);
        yield bytes.subarray(3);
      })(),
    });
    const inspect = (bytes: Buffer, objectType: ObjectType = 'file') =>
      alone.inspect(contentOf(bytes), { objectType, timeoutMs: 120_000, limits, passwords: [], onPart });
    const samples = [Buffer.from('a text'), randomBytes(100_000), Buffer.from('OggS and so on')];
    const inside = await Promise.all(
      samples.map((bytes) =>
        inspector.inspect(contentOf(bytes), {
          objectType: 'file',
          timeoutMs: 120_000,
          limits,
          passwords: [],
          onPart,
        }),
      ),
    );
    expect(await inspect(eicarZip)).toMatchObject({ kind: 'inspected', inspection: { partCount: 2 } });
    expect(await inspect(Buffer.from('damaged'), 'email')).toMatchObject({ kind: 'inspected' });
    // From here on there is no process to ask.
    await alone.close();
    for (const [index, bytes] of samples.entries()) {
      const seen = inside[index];
      if (seen?.kind !== 'inspected') throw new Error('not inspected');
      expect(await inspect(bytes)).toEqual({ ...seen, inspection: { ...seen.inspection, runs: [] } });
    }
    const unanswered = { kind: 'failed', code: 'unreachable' };
    for (const bytes of [eicarZip, eicarMail, randomBytes(200_000)])
      expect(await inspect(bytes)).toEqual(unanswered);
    expect(await inspect(Buffer.from('damaged'), 'email')).toEqual(unanswered);
    const short = { ...contentOf(Buffer.from('a text')), sizeBytes: 100 };
    const outcome = await alone.inspect(short, {
      objectType: 'file',
      timeoutMs: 120_000,
      limits,
      passwords: [],
      onPart,
    });
    expect(outcome).toEqual({ kind: 'failed', code: 'source-failed' });
  });

  it('keeps a process for mail that others never have', async () => {
    const lists = { YARA_RULES_DIR: rules, HASH_DENY_FILE: path.join(home, 'deny') };
    const kept = new Inspector(lists, { others: 0, mail: 1 });
    let letGo: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (letGo = resolve));
    const hanging = (sizeBytes: number) => ({
      sizeBytes,
      bytes: (async function* () {
        await gate;
        yield Buffer.alloc(sizeBytes);
      })(),
    });
    const about = { objectType: 'file', timeoutMs: 60_000, limits, onPart } as const;
    const slow = kept.inspect(hanging(3), about);
    const second = await kept.inspect(hanging(3), { ...about, timeoutMs: 100 });
    expect(second).toEqual({ kind: 'failed', code: 'unreachable' });
    const mail = { sizeBytes: 1, bytes: Readable.from([Buffer.from('a')]) };
    expect(await kept.inspect(mail, { ...about, isMail: true })).toMatchObject({ kind: 'inspected' });
    letGo();
    expect(await slow).toMatchObject({ kind: 'inspected' });
    await kept.close();
  });

  it('says of each object what it holds, one after the other in one process', async () => {
    const lists = { YARA_RULES_DIR: rules, HASH_DENY_FILE: path.join(home, 'deny') };
    const single = new Inspector(lists, { others: 0, mail: 0 });
    const before = service;
    service = new ExamineObjectService(store, [engine], single, noList);
    const needle = Buffer.from('a needle');
    try {
      for (const bytes of [
        Buffer.alloc(0),
        needle,
        encryptedZip,
        Buffer.alloc(0),
        eicarZip,
        randomBytes(300_000),
      ]) {
        const found = await scan(bytes);
        const isBad = bytes === needle || bytes === eicarZip;
        expect(found.outcome).toBe(isBad ? 'infected' : bytes === encryptedZip ? 'error' : 'clean');
      }
    } finally {
      service = before;
      await single.close();
    }
  });

  it('gives up on a store that hangs, after the time of the scan', async () => {
    const hanging = { readWhole: () => new Promise<never>(() => undefined) } as unknown as ObjectStore;
    const waiting = new ExamineObjectService(hanging, [engine], inspector, noList);
    const job = await submit(Buffer.from('one'));
    expect(await waiting.examine(job, { timeoutMs: 50, statuses, limits })).toEqual({ kind: 'store-failed' });
  });

  it('opens every file of clamav-testfiles without a fault', async () => {
    const names = readdirSync(testFiles);
    // Two at a time, as there are processes.
    const scanAll = async (): Promise<void> => {
      for (let name = names.pop(); name !== undefined; name = names.pop()) {
        const { outcome } = await scan(readFileSync(path.join(testFiles, name)));
        expect([name, outcome]).toEqual([name, expect.stringMatching(/^(clean|error)$/)]);
      }
    };
    await Promise.all([scanAll(), scanAll()]);
  });
});
