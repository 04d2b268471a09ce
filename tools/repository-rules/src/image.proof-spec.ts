import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repositoryRoot } from './repository.js';
import { copyBuilt, copyContext } from './testing/image-context.js';

describe('an image built from nothing but the files that the Dockerfile copies', () => {
  const place = mkdtempSync(path.join(tmpdir(), 'sluice-image-'));
  const filesOf = new Map<string, string[]>();

  function assemble(name: string, prepare: (context: string) => void): void {
    const context = path.join(place, name);
    mkdirSync(context);
    copyContext(context);
    prepare(context);
    symlinkSync(path.join(repositoryRoot, 'node_modules'), path.join(context, 'node_modules'));
    for (const args of [
      ['tools/build/build.mjs'],
      ['deploy/image/assemble.mjs', path.join(context, 'runtime')],
    ])
      execFileSync(process.execPath, args, { cwd: context });
    filesOf.set(
      name,
      readdirSync(path.join(context, 'runtime'), { recursive: true, encoding: 'utf8' }).sort(),
    );
  }

  beforeAll(() => {
    assemble('nothing', () => undefined);
    assemble('built', copyBuilt);
  }, 600_000);
  afterAll(() => rmSync(place, { recursive: true }));

  it('holds what one of this checkout holds', () => {
    expect(filesOf.get('nothing')).toContain('apps/gateway/dist/main.js');
    expect(filesOf.get('nothing')).toEqual(filesOf.get('built'));
  });
});
