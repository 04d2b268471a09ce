import { execFile } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { testFilesFolder } from '../parts/prove-differential.js';
import { findProgram } from '@sluice/private-servers';

const run = promisify(execFile);
const maxBytes = 24 * 1024 ** 2;
const mostLookedAt = 150_000;
const testDataFolders = new Set(['testdata', 'test-data', 'test_data']);

/** Packages with documents, pictures, fonts, archives and Java in them; small ones. */
const packages = [
  ...['debian-faq', 'maint-guide', 'developers-reference', 'bzip2-doc', 'zlib1g-dev'],
  ...[
    'libcommons-io-java',
    'libcommons-lang3-java',
    'libcommons-codec-java',
    'libgson-java',
    'libjsoup-java',
  ],
  ...[
    'junit4',
    'libasm-java',
    'fonts-dejavu-core',
    'fonts-liberation',
    'gnome-icon-theme',
    'libjs-jquery-ui',
  ],
  ...[
    'python3-docutils',
    'docutils-doc',
    'libreoffice-l10n-de',
    'shared-mime-info',
    'gsfonts',
    'doc-base',
    'qpdf',
  ],
] as const;

/**
 * Files that no one made for this: what is installed here, node packages, and Debian packages fetched with apt, with what
 * is in them. Of every extension in turn, so that no one kind is all there is; the same files in every run on a machine.
 */
export async function collectFiles(
  root: string,
  folder: string,
  count: number,
): Promise<{ files: string[]; packages: number }> {
  const fetched = await fetchPackages(folder);
  const places = [
    folder,
    path.join(root, 'node_modules'),
    '/usr/share',
    '/usr/lib',
    '/usr/bin',
    '/usr/sbin',
    '/etc',
  ];
  const byExtension = new Map<string, string[]>();
  for (const place of places)
    for (const file of filesBelow(place)) {
      const extension = path.extname(file).toLowerCase().slice(0, 8);
      byExtension.set(extension, [...(byExtension.get(extension) ?? []).slice(-4000), file]);
    }
  return { files: inTurn([...byExtension.values()].map(spread), count), packages: fetched };
}

/** Into a folder that is kept: the next run fetches nothing. Without apt, or its servers, there are fewer files. */
async function fetchPackages(folder: string): Promise<number> {
  await mkdir(folder, { recursive: true });
  if (findProgram('apt-get') === null) return 0;
  const have = (name: string): boolean => readdirSync(folder).some((file) => file.startsWith(`${name}_`));
  const missing = packages.filter((name) => !have(name));
  // One call for all; where one of them is unknown apt fetches none, then each is tried alone.
  const fetch = (names: readonly string[]): Promise<unknown> =>
    run('apt-get', ['-q', 'download', ...names], { cwd: folder });
  if (missing.length > 0)
    await fetch(missing).catch(async () => {
      for (const name of missing.filter((one) => !have(one))) await fetch([name]).catch(() => undefined);
    });
  const files = readdirSync(folder).filter((file) => file.endsWith('.deb'));
  for (const file of files) {
    const into = path.join(folder, `${file}.contents`);
    if (!readdirSync(folder).includes(path.basename(into)))
      await run('dpkg-deb', ['-x', path.join(folder, file), into]).catch(() => undefined);
  }
  return files.length;
}

export const countOfPackages = (folder: string): number =>
  entriesOf(folder).filter(({ name }) => name.endsWith('.deb')).length;

function* filesBelow(place: string): Generator<string> {
  let looked = 0;
  const folders = [place];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    // These are to be detected.
    if (folder === testFilesFolder) continue;
    // What programs are tested with is often broken on purpose: an archive that ends early is no clean file.
    if (testDataFolders.has(path.basename(folder))) continue;
    for (const entry of entriesOf(folder)) {
      const whole = path.join(folder, entry.name);
      looked += 1;
      if (looked > mostLookedAt) return;
      if (entry.isDirectory()) folders.push(whole);
      else if (entry.isFile() && isFitting(whole)) yield whole;
    }
  }
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((one, other) =>
      one.name < other.name ? -1 : 1,
    );
  } catch {
    return [];
  }
}

function isFitting(file: string): boolean {
  try {
    const { size } = statSync(file);
    return size > 0 && size <= maxBytes;
  } catch {
    return false;
  }
}

/** Evenly out of a long list. */
const spread = (files: readonly string[]): string[] => {
  const step = Math.max(1, Math.floor(files.length / 400));
  return files.filter((_, index) => index % step === 0);
};

/** One of each list, then the next of each, until there are enough. */
function inTurn(lists: readonly (readonly string[])[], count: number): string[] {
  const chosen: string[] = [];
  for (let index = 0; chosen.length < count; index += 1) {
    const next = lists.flatMap((list) => list[index] ?? []);
    if (next.length === 0) break;
    chosen.push(...next);
  }
  return chosen.slice(0, count);
}
