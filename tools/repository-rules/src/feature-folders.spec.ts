import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { circlesOf, folderNeeds } from './feature-folders.js';
import { repositoryRoot } from './repository.js';

const sources = ['apps/console/src', 'apps/console-web/src', 'apps/console-web/src/notifications'];
const features = [
  'external-systems',
  'alerts',
  'scans',
  'failed-jobs',
  'quarantine',
  'notifications',
  'operators',
  'settings',
  'audit',
  'health',
  'session',
];

describe('folders of the console', () => {
  it.each(sources)('need each other in one direction only: %s', (source) => {
    const needs = folderNeeds(path.join(repositoryRoot, source));
    expect(needs.size).toBeGreaterThan(2);
    expect(circlesOf(needs)).toEqual([]);
  });

  it.each(['apps/console/src', 'apps/console-web/src'])('are the nouns operators know: %s', (source) => {
    expect([...folderNeeds(path.join(repositoryRoot, source)).keys()]).toEqual(
      expect.arrayContaining(features),
    );
  });

  it('are refused when two need each other, directly or through a third', () => {
    const source = mkdtempSync(path.join(tmpdir(), 'sluice-folders-'));
    const write = (file: string, target: string) => {
      mkdirSync(path.join(source, path.dirname(file)), { recursive: true });
      writeFileSync(path.join(source, file), `import { it } from '${target}';\n`);
    };
    write('alerts/alert.ts', '../scans/scan.js');
    write('scans/scan.ts', '../systems/system.js');
    write('systems/system.ts', './other.js');
    expect(circlesOf(folderNeeds(source))).toEqual([]);
    write('systems/page.tsx', '../alerts/alert.js');
    expect(circlesOf(folderNeeds(source))).toContain('alerts > scans > systems > alerts');
    rmSync(source, { recursive: true });
  });
});
