import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildMail, buildZip } from '@sluice/containers/testing';
import type { ObjectType } from '@sluice/contracts';
import { contentOf } from '@sluice/contracts/testing';
import { usualLimits } from '../testing/usual-limits.js';
import { Inspector } from './inspector.js';

const root = path.resolve(import.meta.dirname, '../../../..');
const zip = buildZip([{ name: 'a.txt', bytes: Buffer.from('a text in a zip') }]);
const mailWithZip = buildMail([{ name: 'a.zip', bytes: zip }]);
/** Always the same, and nothing in it looks like a file: of random bytes one in fifteen such samples does, and is opened. */
const noise = createHash('shake256', { outputLength: 100_000 }).update('nothing to open').digest();
const inPieces = (bytes: Buffer) => contentOf(bytes, Math.max(3, Math.ceil(bytes.length / 2)));
const about = {
  objectType: 'file',
  timeoutMs: 120_000,
  limits: usualLimits,
  passwords: [],
  onPart: () => Promise.resolve(),
} as const;

describe('an inspector', () => {
  const home = mkdtempSync(path.join(tmpdir(), 'inspector-'));
  const rules = path.join(home, 'rules');
  let inspector: Inspector;

  beforeAll(() => {
    execFileSync(process.execPath, ['tools/build/build.mjs'], { cwd: root });
    mkdirSync(rules);
    writeFileSync(path.join(rules, 'needle.yar'), 'rule needle { strings: $a = "a needle" condition: $a }');
    writeFileSync(path.join(home, 'deny'), `${'d'.repeat(64)} Denied.By.Us\n`);
    const lists = { YARA_RULES_DIR: rules, HASH_DENY_FILE: path.join(home, 'deny') };
    inspector = new Inspector(lists, { others: 0, mail: 1 });
  });
  afterAll(async () => {
    await inspector.close();
    rmSync(home, { recursive: true, force: true });
  });

  it('needs no process for small objects with nothing to open while no rules or lists are configured', async () => {
    const alone = new Inspector({}, { others: 1, mail: 0 });
    const inspect = (bytes: Buffer, objectType: ObjectType = 'file') =>
      alone.inspect(inPieces(bytes), { ...about, objectType });
    const samples = [Buffer.from('a text'), noise, Buffer.from('OggS and so on')];
    const inside = await Promise.all(samples.map((bytes) => inspector.inspect(inPieces(bytes), about)));
    expect(await inspect(zip)).toMatchObject({ kind: 'inspected', inspection: { partCount: 2 } });
    expect(await inspect(Buffer.from('damaged'), 'email')).toMatchObject({ kind: 'inspected' });
    // From here on there is no process to ask.
    await alone.close();
    for (const [index, bytes] of samples.entries()) {
      const seen = inside[index];
      if (seen?.kind !== 'inspected') throw new Error('not inspected');
      expect(await inspect(bytes)).toEqual({ ...seen, inspection: { ...seen.inspection, runs: [] } });
    }
    const unanswered = { kind: 'failed', code: 'unreachable' };
    for (const bytes of [zip, mailWithZip, randomBytes(200_000)])
      expect(await inspect(bytes)).toEqual(unanswered);
    expect(await inspect(Buffer.from('damaged'), 'email')).toEqual(unanswered);
    const short = { ...inPieces(Buffer.from('a text')), sizeBytes: 100 };
    expect(await alone.inspect(short, about)).toEqual({ kind: 'failed', code: 'source-failed' });
  });

  it('keeps a process for mail that others never have', async () => {
    let letGo: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (letGo = resolve));
    const hanging = (sizeBytes: number) => ({
      sizeBytes,
      bytes: (async function* () {
        await gate;
        yield Buffer.alloc(sizeBytes);
      })(),
    });
    const slow = inspector.inspect(hanging(3), about);
    const second = await inspector.inspect(hanging(3), { ...about, timeoutMs: 100 });
    expect(second).toEqual({ kind: 'failed', code: 'unreachable' });
    const mail = { sizeBytes: 1, bytes: Readable.from([Buffer.from('a')]) };
    expect(await inspector.inspect(mail, { ...about, isMail: true })).toMatchObject({ kind: 'inspected' });
    letGo();
    expect(await slow).toMatchObject({ kind: 'inspected' });
  });
});
