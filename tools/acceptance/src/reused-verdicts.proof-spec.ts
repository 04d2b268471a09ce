import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Operator } from './operator.js';
import { StoredFiles } from './stored-files.js';
import { startTestSystem, until, type TestSystem } from './test-system.js';
import { WireClient, type ClientLine } from './wire-client.js';

const longestMs = 180_000;
const atOnce = 8;
const ruleFor = (word: string): string => `rule ${word} { strings: $a = "${word}" condition: $a }\n`;

let folder: string;
let rules: string;
let system: TestSystem;
let operator: Operator;
let stored: StoredFiles;
/** One for each object, so that every process of the scanner has something to do. */
let lines: ClientLine[];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sluice-reused-'));
  // The services' own user reads it, too.
  await chmod(folder, 0o755);
  rules = path.join(folder, 'rules');
  await mkdir(rules);
  await writeFile(path.join(rules, 'first.yar'), ruleFor('first'));
  system = await startTestSystem({ variables: { YARA_RULES_DIR: rules } });
  operator = new Operator(system);
  stored = new StoredFiles(system);
  const wire = await WireClient.make('repeats');
  await wire.becomeAccepted(operator, [system.gatewayUrl]);
  lines = Array.from({ length: atOnce }, () => wire.connect(system.gatewayUrl));
}, longestMs);
afterAll(async () => {
  for (const line of lines ?? []) line.close();
  await operator?.close();
  await system?.end();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

let sent = 0;
/** The state it ends in, and whether it was told a verdict of before. */
async function scan(content: Buffer, line = lines[0]): Promise<{ state: string; isReused: boolean }> {
  if (line === undefined) throw new Error('no line');
  const scanId = `repeat-${(sent += 1)}`;
  expect((await line.submit({ scanId, content })).status).toBe(200);
  const { body } = await line.get(`/scans/${scanId}?wait=60`);
  const { state, reused } = JSON.parse(body) as { state: string; reused: unknown };
  return { state, isReused: reused !== null };
}

describe('the same bytes again, while what decides changes', () => {
  it.each(['second', 'third'])(
    'are what the rule %s says of them once it is in use, though they were sent all the while',
    async (word) => {
      const contents = lines.map(() => Buffer.from(`${randomBytes(8).toString('hex')} ${word}`));
      const scanAll = () => Promise.all(contents.map((content, index) => scan(content, lines[index])));
      const states = async () => new Set((await scanAll()).map(({ state }) => state));
      expect(await states()).toEqual(new Set(['not detected']));
      await until(async () => (await scanAll()).every(({ isReused }) => isReused), longestMs);
      await writeFile(path.join(rules, `${word}.yar`), ruleFor(word));
      // Sent again from before the rule is taken over until all processes have it: what was clean by those without it
      // must not be said of it.
      await until(async () => {
        const found = await states();
        return found.size === 1 && found.has('detect');
      }, longestMs);
      await until(async () => {
        const again = await scanAll();
        expect(new Set(again.map(({ state }) => state))).toEqual(new Set(['detect']));
        return again.every(({ isReused }) => isReused);
      }, longestMs);
      expect(await stored.rowsWithoutBytes()).toEqual([]);
    },
    5 * longestMs,
  );

  it(
    'are unknown from the change of a setting that decides, and known again when it is as before',
    async () => {
      const content = randomBytes(200);
      await until(async () => (await scan(content)).isReused, longestMs);
      await operator.change('PATCH', '/settings', { maxDepth: 5 });
      expect(await scan(content)).toEqual({ state: 'not detected', isReused: false });
      await until(async () => (await scan(content)).isReused, longestMs);
      await operator.change('PATCH', '/settings', { reuseVerdictsMinutes: 0 });
      expect(await scan(content)).toEqual({ state: 'not detected', isReused: false });
    },
    longestMs * 3,
  );
});
