import { readFileSync, readdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { versionedFolders } from '../find-program.js';

/** Those with most of what a boot loads, most first. */
const foldersFirst = [
  'rabbit',
  'rabbit_common',
  'stdlib',
  'kernel',
  'compiler',
  'mnesia',
  'ra',
  'osiris',
  'ssl',
  'public_key',
  'ranch',
  'rabbitmq_prelaunch',
];

/** `NAME.app`, by the names of the applications that come with RabbitMQ and with Erlang. */
export interface ErlangApplications {
  readonly folders: ReadonlyMap<string, string>;
}

export function findApplications(rabbitProgram: string, epmd: string): ErlangApplications {
  const plugins = path.join(path.dirname(realpathSync(rabbitProgram)), '../plugins');
  const libraries = path.join(path.dirname(realpathSync(epmd)), '../../lib');
  const folders = new Map<string, string>();
  for (const folder of [plugins, libraries].flatMap((parent) => versionedFolders(parent))) {
    const [, name] = /^(.+)-[\d.]+$/.exec(path.basename(folder)) ?? [];
    if (name !== undefined && !folders.has(name)) folders.set(name, path.join(folder, 'ebin'));
  }
  return { folders };
}

/**
 * Erlang looks for each module it loads in some ninety folders, one after the other; RabbitMQ's and most of its own
 * libraries stand behind fifty to ninety others. These come first; what is not in them is found where it was.
 */
export const foldersToLookInFirst = ({ folders }: ErlangApplications): string[] =>
  foldersFirst
    .map((name) => folders.get(name))
    // Arguments are divided at blanks on their way through RabbitMQ's start script.
    .filter((folder) => folder !== undefined && !/\s/.test(folder) && readdirOf(folder).length > 0)
    .map(String);

/**
 * At each boot RabbitMQ loads every module that an application names, of all that are loaded: steps of the boot may stand in
 * any. They stand in RabbitMQ's own. Descriptions of the others that name no modules, put before the real ones, spare more
 * than half of a boot's CPU and 15 MiB; a module is loaded all the same when it is called. By file name.
 */
export function descriptionsWithoutModules({ folders }: ErlangApplications): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, folder] of folders) {
    const description = readDescription(path.join(folder, `${name}.app`));
    if (isOfRabbit(name, description)) continue;
    const without = description.replace(/(\{\s*modules\s*,\s*)\[[^\]]*\]/, '$1[]');
    if (without !== description) found.set(`${name}.app`, without);
  }
  return found;
}

/** Its plugins build on its library. */
const isOfRabbit = (name: string, description: string): boolean =>
  name.startsWith('rabbit') || /\{\s*applications\s*,\s*\[[^\]]*\brabbit(_common)?\b/.test(description);

function readDescription(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // not an application
  }
}

function readdirOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
