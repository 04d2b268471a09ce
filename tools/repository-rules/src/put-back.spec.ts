import { describe, expect, it } from 'vitest';
import { readRepositoryFile, repositoryFiles } from './repository.js';

/** Specs whose services run on while a test looks at what they hold, and what those specs share. */
const isLive = (name: string): boolean =>
  name.endsWith('.e2e-spec.ts') || /^tools\/(acceptance|chaos)\/src\/.*(?<!\.spec)\.ts$/.test(name);
const isOnServers = (name: string): boolean => /\.(int|e2e)-spec\.ts$/.test(name);

/** What is removed must be there: a file of services at work may go between the look at it and its removal. */
const removals = (text: string): string[] =>
  [...text.matchAll(/\b(?:rm|rmSync|unlink|unlinkSync)\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)/g)]
    .map(([call]) => call)
    .filter((call) => !call.includes('force: true'));

/** Each up to the next line that stands no deeper and closes nothing of it: also where its last line is indented. */
function testsIn(text: string): string[] {
  const lines = text.split('\n');
  return lines.flatMap((line, at) => {
    const depth = /^( *)it(?:\.\w+)*\(/.exec(line)?.[1]?.length;
    if (depth === undefined || line.endsWith(');')) return [];
    const length = lines.slice(at + 1).findIndex((one) => isBehind(one, depth)) + 1;
    return [lines.slice(at, length > 0 ? at + length : undefined).join('\n')];
  });
}

function isBehind(line: string, depth: number): boolean {
  const own = line.search(/\S/);
  return own >= 0 && (own < depth || (own === depth && !/[\])}]/.test(line[own] ?? '')));
}

/** Of one test, what the tests behind it miss when it fails before it has put it back. */
const ways = {
  server: /CONNECTION LIMIT|ALTER TABLE \S+ (?:RENAME TO|ADD CONSTRAINT)/,
  live: /\.stop\(\)[^]*\.start\(\)/,
};
const isPutBackAnyway = (test: string): boolean => /\bfinally\b|onTestFinished|cleanups\.push/.test(test);
const leftAway = (text: string, way: RegExp): string[] =>
  testsIn(text)
    .filter((test) => way.test(test) && !isPutBackAnyway(test))
    .map((test) => test.split('\n')[0]?.trim() ?? '');

const all = (isOf: (name: string) => boolean, look: (text: string) => string[]): string[] =>
  repositoryFiles()
    .filter(isOf)
    .flatMap((name) => look(readRepositoryFile(name)).map((found) => `${name}: ${found}`));

describe('specs on services at work', () => {
  it('bear that a file they remove is gone', () => {
    expect(repositoryFiles().filter(isLive).length).toBeGreaterThan(50);
    expect(all(isLive, removals)).toEqual([]);
  });

  it('start again what they stopped, also when they fail in between', () => {
    const isShared = (name: string): boolean => name.endsWith('.e2e-spec.ts');
    expect(all(isShared, (text) => leftAway(text, ways.live))).toEqual([]);
  });

  it('put back what they took from a database that other tests use', () => {
    expect(all(isOnServers, (text) => leftAway(text, ways.server))).toEqual([]);
  });
});

describe('the look for it', () => {
  it.each([
    ['rm(path.join(objects, name));', 1],
    ['rmSync(home, { recursive: true });', 1],
    ['unlink(file);', 1],
    ['rm(path.join(at(a), name), { force: true });', 0],
  ])('sees in %s %i', (text, count) => expect(removals(text)).toHaveLength(count));

  it('takes each test by itself, however it is folded', () => {
    const folded = `  it('a', () =>\n    alone(async () => {\n      await one.stop();\n      await one.start();\n    }));`;
    const other = `  it('b', async () => {\n    try {\n    } finally {\n    }\n  });`;
    expect(testsIn(`${folded}\n\n${other}\n});`)).toEqual([`${folded}\n`, other]);
    expect(leftAway(`${folded}\n\n${other}\n});`, ways.live)).toHaveLength(1);
  });

  it.each([
    'ALTER TABLE ledger.scans RENAME TO gone',
    'ALTER TABLE a ADD CONSTRAINT b',
    'CONNECTION LIMIT 0',
  ])('sees what is taken from a database: %s', (sql) => {
    const [bare, safe] = ['', '  onTestFinished(putBack);\n'].map(
      (hook) => `it('x', async () => {\n${hook}  await query('${sql}');\n});`,
    );
    expect([leftAway(bare ?? '', ways.server).length, leftAway(safe ?? '', ways.server).length]).toEqual([
      1, 0,
    ]);
  });

  it.each([
    ['  await one.stop();\n  await act();\n  await one.start();', 1],
    ['  await one.stop();\n  try {\n    await act();\n  } finally {\n    await one.start();\n  }', 0],
    ['  await one.stop();\n  onTestFinished(() => one.start());', 0],
    ['  await one.start();\n  await one.stop();', 0],
  ])('sees in a test of %j %i', (body, count) => {
    expect(leftAway(`it('x', async () => {\n${body}\n});`, ways.live)).toHaveLength(count);
    expect(leftAway(`it('x', async () => {\n${body}\n}, 600_000);`, ways.live)).toHaveLength(count);
    const table = `it.each([\n  1,\n])('x', async () => {\n${body}\n});`;
    expect(leftAway(table, ways.live)).toHaveLength(count);
  });
});
