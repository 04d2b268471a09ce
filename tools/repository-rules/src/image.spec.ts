import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRepositoryFile, repositoryRoot } from './repository.js';
import { copiedIntoImage } from './testing/image-context.js';
import { compose, fullVersion, service, withDefaults } from './testing/compose-file.js';

/** What stands in the Dockerfile. Its build runs for real in `image.proof-spec.ts`. */
describe('the image', () => {
  const dockerfile = readRepositoryFile('deploy/image/Dockerfile');
  const ignored = readRepositoryFile('.dockerignore')
    .split('\n')
    .filter((line) => line !== '');

  it.each(copiedIntoImage)('copies %s, which exists and is not left out of the context', (source) => {
    expect(existsSync(path.join(repositoryRoot, source))).toBe(true);
    expect(ignored).not.toContain(source);
  });

  it('does not run as root, and owns the folders that volumes start from', () => {
    expect(dockerfile.match(/^USER (.+)$/m)?.[1]).toBe('10001:10001');
    const made = /install -d -o 10001 -g 10001 -m 0700 (.+)$/m.exec(dockerfile)?.[1]?.split(' ') ?? [];
    const mounted = Object.values(compose.services)
      .filter(({ image }) => image?.startsWith('sluice:'))
      .flatMap(({ volumes }) => volumes ?? [])
      .map((volume) => volume.split(':'))
      .filter(([source]) => source !== undefined && source in compose.volumes);
    expect([...new Set(mounted.map(([, place]) => place))].sort()).toEqual([...made].sort());
  });

  it('is based on the Node version the repository names', () => {
    const major = readRepositoryFile('.nvmrc').trim();
    const build = service('gateway').build as { args: { NODE_IMAGE: string } };
    expect(dockerfile.match(/^ARG NODE_IMAGE=node:(\d+)\./m)?.[1]).toBe(major);
    expect(dockerfile.match(/^ARG NODE_IMAGE=(.+)$/m)?.[1]).toMatch(fullVersion);
    expect(withDefaults(build.args.NODE_IMAGE)).toBe(dockerfile.match(/^ARG NODE_IMAGE=(.+)$/m)?.[1]);
  });
});
