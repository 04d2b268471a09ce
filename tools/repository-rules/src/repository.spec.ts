import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readJson, readRepositoryFile, repositoryFiles } from './repository.js';

interface Manifest {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}
interface Lock {
  packages: Record<
    string,
    { version?: string; resolved?: string; optionalDependencies?: Record<string, string> }
  >;
}

const isText = (name: string) => !/\.(png|zip|gz|7z|cab|eml|bin|pdf)$/.test(name);
const sources = repositoryFiles().filter(isText);

describe('dependencies', () => {
  it('are pinned exactly', () => {
    const { dependencies = {}, devDependencies = {} } = readJson<Manifest>('package.json');
    const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+$/.test(version),
    );
    expect(loose).toEqual([]);
  });

  it('stand in the lockfile without the address they came from', () => {
    const addresses = Object.entries(readJson<Lock>('package-lock.json').packages)
      .filter(([, entry]) => entry.resolved?.startsWith('http'))
      .map(([name]) => name);
    expect(addresses).toEqual([]);
  });

  it('have every optional platform package in the lockfile, without which a clean install fails elsewhere', () => {
    const { packages } = readJson<Lock>('package-lock.json');
    const installed = new Set(
      Object.entries(packages).map(
        ([key, entry]) => `${key.replace(/^.*node_modules\//, '')}@${entry.version}`,
      ),
    );
    const holes = Object.entries(packages).flatMap(([key, entry]) =>
      Object.entries(entry.optionalDependencies ?? {})
        .filter(([name, version]) => /^\d/.test(version) && !installed.has(`${name}@${version}`))
        .map(([name]) => `${key} lacks ${name}`),
    );
    expect(holes).toEqual([]);
  });
});

describe('tools that start servers', () => {
  const { scripts } = readJson<{ scripts: Record<string, string> }>('package.json');
  const commands = ['bench', 'chaos', 'doors', 'fuzz', 'start-many', 'verdicts'].map(
    (name) => scripts[name]?.replace(/^node /, '') ?? `no script ${name}`,
  );

  it.each(commands)('have them installed on a new machine: %s', (file) => {
    expect(readRepositoryFile(file)).toContain('await prepareServers(');
  });
});

describe('files', () => {
  it('hold no EICAR test string, so that a virus scanner leaves a checkout alone', () => {
    const marker = ['EICAR', 'STANDARD', 'ANTIVIRUS', 'TEST', 'FILE'].join('-');
    expect(sources.filter((name) => readRepositoryFile(name).includes(marker))).toEqual([]);
  });

  it('hold no private key', () => {
    const key = /-----BEGIN (EC |RSA )?PRIVATE KEY-----\s+[A-Za-z0-9+/=]{32}/;
    expect(sources.filter((name) => key.test(readRepositoryFile(name)))).toEqual([]);
  });

  it('are named by what they are: no utils, helpers, common, shared, misc, base, manager', () => {
    const vague = /(^|[/.-])(utils?|helpers?|common|shared|misc|manager|processor)([/.-]|$)/;
    expect(sources.filter((name) => /^(apps|libs|tools)\//.test(name) && vague.test(name))).toEqual([]);
  });

  it('have specs that are never switched off', () => {
    // A choice made by what the machine is (`isRoot ? describe : describe.skip`) is not a call.
    const off = new RegExp(String.raw`\b(it|describe|test)\.(only|skip|todo)\(|\bx(it|describe)\(`);
    const specs = sources.filter((name) => name.endsWith('spec.ts') && !name.includes('repository-rules'));
    expect(specs.filter((name) => off.test(readRepositoryFile(name)))).toEqual([]);
  });
});

describe('the documents', () => {
  const tests = repositoryFiles().filter((name) => /spec\.tsx?$/.test(name));
  const named = /(?<![*\w./-])[\w/.-]+\.(?:spec|int-spec|e2e-spec|proof-spec)\.tsx?/g;
  it.each(repositoryFiles().filter((name) => name.endsWith('.md')))(
    '%s: names no test that is not there',
    (file) => {
      const names = [...readRepositoryFile(file).matchAll(named)].map(([name]) => name);
      const isThere = (name: string) => tests.some((test) => test === name || test.endsWith(`/${name}`));
      expect(names.filter((name) => !isThere(name))).toEqual([]);
    },
  );
});

describe('every project', () => {
  const projects = repositoryFiles().filter((file) => /(^|\/)project\.json$/.test(file));
  it.each(projects)('%s tests what is there, and has no target that finds nothing', (file) => {
    const folder = path.dirname(file);
    const { targets } = readJson<{ targets: Record<string, { command: string }> }>(file);
    const hasSpecs = repositoryFiles().some(
      (one) => one.startsWith(`${folder}/`) && /\.(spec|int-spec|e2e-spec|proof-spec)\.tsx?$/.test(one),
    );
    expect(targets['test']?.command).toBe(hasSpecs ? `node tools/test/run.mjs ^${folder}/` : undefined);
  });
});
