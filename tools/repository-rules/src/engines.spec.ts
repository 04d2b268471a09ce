import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readJson, readRepositoryFile, repositoryFiles } from './repository.js';

const isSpec = (name: string): boolean => /spec\.ts$/.test(name);
const files = repositoryFiles().filter((name) => name.endsWith('.ts'));
const engines = repositoryFiles()
  .map((name) => /^libs\/engines\/([^/]+)\/package\.json$/.exec(name)?.[1])
  .filter((name) => name !== undefined);

/** The recipe of CONTRIBUTING: an engine that no scanner makes would be a folder that looks as if it protected. */
describe.each(engines)('the engine %s', (engine) => {
  const folder = `libs/engines/${engine}`;

  it('is made by the scanner', () => {
    const { name } = readJson<{ name: string }>(path.join(folder, 'package.json'));
    const makers = files.filter(
      (file) =>
        file.startsWith('apps/scanner/src/') &&
        !isSpec(file) &&
        !file.includes('/testing/') &&
        readRepositoryFile(file).includes(`from '${name}'`),
    );
    expect({ engine, isMade: makers.length > 0 }).toEqual({ engine, isMade: true });
  });

  it('passes the contract of engines', () => {
    const specs = files.filter((file) => file.startsWith(`${folder}/`) && isSpec(file));
    const isHeld = specs.some((file) => readRepositoryFile(file).includes('describeEngineContract('));
    expect({ engine, isHeld }).toEqual({ engine, isHeld: true });
  });
});
