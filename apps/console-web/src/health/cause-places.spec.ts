import { settingKeys } from '@sluice/contracts';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const apps = path.resolve(import.meta.dirname, '../../..');
const textsIn = (folder: string): string =>
  readdirSync(path.join(apps, folder))
    .filter((name) => !name.includes('.spec.'))
    .map((name) => readFileSync(path.join(apps, folder, name), 'utf8'))
    .join('\n');

/** What the console says leads somewhere, as far as it names a place on a page. */
const links = [...new Set(textsIn('console/src/health/causes').match(/(?<=link: ')[^']+/g))];
const places: Readonly<Record<string, readonly string[]>> = {
  '/health': [...textsIn('console-web/src/health').matchAll(/place="(\w+)"/g)].map(
    ([, place]) => place ?? '',
  ),
  '/settings': settingKeys,
};

describe('the link of a problem', () => {
  it.each(links)('%s leads to a place that is there, and not to the top of a long page', (link) => {
    const [page = '', place] = link.split(/[?#]/);
    const those = places[page];
    if (those !== undefined) expect(those).toContain(place);
    expect(links.length).toBeGreaterThan(7);
  });
});
