import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EngineStatus } from '@sluice/contracts';
import { contentOf } from '@sluice/contracts/testing';
import { until } from '@sluice/timing';
import { usualLimits } from '../testing/usual-limits.js';
import type { InspectionOutcome } from './inspection-outcome.js';
import { Inspector } from './inspector.js';

const root = path.resolve(import.meta.dirname, '../../../..');
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const ruleFor = (name: string): string => `rule ${name} { strings: $a = "${name}" condition: $a }`;

describe('rules and lists are read anew', () => {
  const home = mkdtempSync(path.join(tmpdir(), 'reload-'));
  const rules = path.join(home, 'rules');
  const [deny, allow] = [path.join(home, 'deny'), path.join(home, 'allow')];
  let inspector: Inspector;

  beforeAll(() => {
    execFileSync(process.execPath, ['tools/build/build.mjs'], { cwd: root });
  });
  beforeEach(() => {
    rmSync(rules, { recursive: true, force: true });
    mkdirSync(rules);
    writeFileSync(path.join(rules, 'a.yar'), ruleFor('first'));
    writeFileSync(deny, `${hashOf('denied')}\n`);
    writeFileSync(allow, `${hashOf('allowed')}\n`);
  });
  afterEach(() => inspector.close());
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  /** Each process takes a second of CPU to start: one, and one for mail, unless more of them are what is tested. */
  function begin(slots = { others: 0, mail: 0 }): void {
    inspector = new Inspector({ YARA_RULES_DIR: rules, HASH_DENY_FILE: deny, HASH_ALLOW_FILE: allow }, slots);
  }

  const inspect = (text: string, isMail = false): Promise<InspectionOutcome> => {
    const content = contentOf(Buffer.from(text));
    const onPart = (): Promise<void> => Promise.resolve();
    return inspector.inspect(content, {
      objectType: 'file',
      timeoutMs: 240_000,
      limits: usualLimits,
      onPart,
      isMail,
    });
  };
  const hits = async (text: string, isMail = false): Promise<string[]> => {
    const outcome = await inspect(text, isMail);
    if (outcome.kind !== 'inspected') throw new Error(`the inspection ${outcome.kind}`);
    return outcome.inspection.runs.flatMap((run) => {
      if (run.outcome === 'failed') throw new Error(`${run.engine} failed`);
      return run.detections.map((one) => one.name);
    });
  };
  /** Once a process answers: the self-test waits for one no longer than a scanner does. */
  const statusOf = (engine: string): Promise<EngineStatus> =>
    until(async () => (await inspector.selfTest()).find((one) => one.engine === engine));
  const waitUntil = (isReached: () => Promise<boolean> | boolean): Promise<boolean> =>
    until(isReached, 200_000);

  it('while scans run: none fails, and what is new is found after, also by what is kept for mail', async () => {
    begin({ others: 1, mail: 1 });
    expect(await hits('first second')).toEqual(['first']);
    let [isOver, scanCount] = [false, 0];
    const scanning = [true, false, false].map(async (isMail) => {
      while (!isOver) {
        expect(await hits('first', isMail)).toEqual(['first']);
        scanCount += 1;
        // The processor is for those that start.
        await delay(20);
      }
    });
    writeFileSync(path.join(rules, 'b.yar'), ruleFor('second'));
    writeFileSync(deny, `${hashOf('denied')}\n${hashOf('another')} Another\n`);
    expect(await inspector.reload()).toBe('adopted');
    try {
      for (const isMail of [false, true])
        await waitUntil(async () => (await hits('first second', isMail)).length === 2);
      const before = scanCount;
      await waitUntil(() => scanCount > before + 5);
    } finally {
      isOver = true;
    }
    await Promise.all(scanning);
    await waitUntil(async () => (await hits('another')).includes('Another'));
    expect(inspector.inUse['hash-list']?.deny).toEqual({ text: expect.stringContaining(hashOf('another')) });
  });

  it('and no one is told that the new ones decide while a process with those of before may answer', async () => {
    begin({ others: 0, mail: 1 });
    for (const isMail of [false, true]) expect(await hits('first second', isMail)).toEqual(['first']);
    expect(inspector.isUniform).toBe(true);
    writeFileSync(path.join(rules, 'b.yar'), ruleFor('second'));
    expect(await inspector.reload()).toBe('adopted');
    const [isAny, said] = [inspector.isUniform, await hits('first second')];
    // With those of before, since it is not waited for: what is known by the new name would be wrong.
    expect([isAny, said]).toEqual([false, ['first']]);
    await waitUntil(() => inspector.isUniform);
    for (const isMail of [false, true])
      expect(await hits('first second', isMail)).toEqual(['first', 'second']);
  });

  it('keeps those of before when a rule is faulty, says which and where, and takes the corrected one', async () => {
    begin();
    expect(await hits('first')).toEqual(['first']);
    writeFileSync(path.join(rules, 'a.yar'), ruleFor('other'));
    writeFileSync(
      path.join(rules, 'b.yar'),
      'rule good { condition: false }\nrule bad {\n  condition: nonsense\n}',
    );
    expect(await inspector.reload()).toBe('rejected');
    expect(await statusOf('yara')).toMatchObject({
      isHealthy: true,
      problem: null,
      rejectedUpdate: expect.stringMatching(/^b\.yar: error.*unknown identifier `nonsense`.*line:3/),
    });
    expect(await statusOf('hash-list')).not.toHaveProperty('rejectedUpdate');
    expect([...inspector.rejectedUpdates.keys()]).toEqual(['yara']);
    // Also in processes that start from now on.
    expect(await hits('first other')).toEqual(['first']);
    writeFileSync(path.join(rules, 'b.yar'), 'rule good { condition: false }');
    expect(await inspector.reload()).toBe('adopted');
    expect(await statusOf('yara')).not.toHaveProperty('rejectedUpdate');
    await waitUntil(async () => (await hits('other')).includes('other'));
  });

  it('keeps those of before when a list is faulty or gone, allow list and rules with it', async () => {
    begin();
    expect(await hits('denied')).toEqual(['denied-hash']);
    writeFileSync(path.join(rules, 'b.yar'), ruleFor('second'));
    writeFileSync(deny, `${hashOf('denied')}\nnot a hash\n`);
    writeFileSync(allow, `${hashOf('something else')}\n`);
    await waitUntil(async () => (await statusOf('hash-list')).isHealthy === true);
    expect(await inspector.reload()).toBe('rejected');
    expect(await statusOf('hash-list')).toMatchObject({
      isHealthy: true,
      rejectedUpdate: 'deny list: line 2 is no SHA-256',
    });
    expect(await hits('denied')).toEqual(['denied-hash']);
    expect(await hits('second')).toEqual([]);
    expect(inspector.inUse['hash-list']?.allow).toEqual({ text: expect.stringContaining(hashOf('allowed')) });
    rmSync(deny);
    expect(await inspector.reload()).toBe('rejected');
    expect(await statusOf('hash-list')).toMatchObject({ rejectedUpdate: expect.stringMatching(/ENOENT/) });
    writeFileSync(deny, `${hashOf('denied')}\n`);
    writeFileSync(allow, `${hashOf('allowed')}\n`);
    rmSync(path.join(rules, 'b.yar'));
    expect(await inspector.reload()).toBe('unchanged');
    expect(await statusOf('hash-list')).not.toHaveProperty('rejectedUpdate');
  });

  it('takes what comes when what it began with does not work either', async () => {
    writeFileSync(path.join(rules, 'a.yar'), 'rule first { condition: nonsense }');
    inspector = new Inspector({ YARA_RULES_DIR: rules }, { others: 0, mail: 0 });
    expect(await statusOf('yara')).toMatchObject({ isHealthy: false });
    writeFileSync(path.join(rules, 'a.yar'), 'rule first { condition: rubbish }');
    expect(await inspector.reload()).toBe('adopted');
    await waitUntil(async () => (await statusOf('yara')).problem?.includes('rubbish') === true);
    writeFileSync(path.join(rules, 'a.yar'), ruleFor('first'));
    expect(await inspector.reload()).toBe('adopted');
    await waitUntil(async () => (await statusOf('yara')).isHealthy === true);
    expect(await hits('first')).toEqual(['first']);
  });
});
