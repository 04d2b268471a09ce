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

function testsIn(text: string): string[] {
  const lines = text.split('\n');
  return lines.flatMap((line, at) => {
    const indent = /^( *)it(?:\.\w+)*\(/.exec(line)?.[1];
    if (indent === undefined || line.endsWith(');')) return [];
    const isEnd = new RegExp(`^${indent}[)}].*;$`);
    const length = lines.slice(at).findIndex((one) => isEnd.test(one)) + 1;
    return [lines.slice(at, at + length).join('\n')];
  });
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
