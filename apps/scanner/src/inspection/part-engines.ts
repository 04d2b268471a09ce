import type { EngineStatus, Technology } from '@sluice/contracts';
import { readListFile } from '@sluice/engine-hash-lists';
import { readRuleFiles } from '@sluice/engine-yara/rule-files';
import { z } from 'zod';

/**
 * A variable of the scanner that names a file or a folder. The beginnings are those that `npm start` hands on to
 * scanners, the ends those it resolves from where its user stands.
 */
type PlaceName = `${'SCANNER' | 'YARA' | 'HASH'}_${string}_${'FILE' | 'DIR'}`;

interface PartEngineEntry<Place extends PlaceName, Source> {
  readonly technology: Technology;
  /** Looks at content; an engine that knows hashes alone never makes an object clean. */
  readonly isContentEngine: boolean;
  /** What it finds in bytes that the allow list names does not count. */
  readonly isExcusable: boolean;
  /** Any of them set: the engine is configured and has to run. What changes there is taken over while scans run. */
  readonly places: readonly Place[];
  /** What its files say, as the sandbox gets it: the engine inside reads none. */
  readonly source: z.ZodType<Source>;
  /** Outside of the sandbox. What cannot be read is said in the source, so that the engine inside is unhealthy. */
  read(at: Readonly<Partial<Record<Place, string | undefined>>>): Source;
  /** False: there is nothing it could look for (a folder without rules), so it does not run. */
  hasWork(source: Source): boolean;
}

const entry = <const Place extends PlaceName, Source>(
  it: PartEngineEntry<Place, Source>,
): PartEngineEntry<Place, Source> => it;

const listSource = z.union([z.object({ text: z.string() }), z.object({ problem: z.string() })]).nullable();

/**
 * Every engine that is shown the parts of an object, by the name it has in verdicts, in the order they are asked. How each
 * is made of its source stands inside the sandbox (`inspect-object/make-part-engines.ts`).
 */
export const partEngines = {
  'hash-list': entry({
    technology: 'am',
    isContentEngine: false,
    isExcusable: false,
    places: ['HASH_DENY_FILE', 'HASH_ALLOW_FILE'],
    source: z.object({ deny: listSource, allow: listSource }),
    read: (at) => ({
      deny: readListFile(at.HASH_DENY_FILE ?? null),
      allow: readListFile(at.HASH_ALLOW_FILE ?? null),
    }),
    hasWork: () => true,
  }),
  yara: entry({
    technology: 'yara',
    isContentEngine: true,
    isExcusable: true,
    places: ['YARA_RULES_DIR'],
    source: z.object({
      files: z.array(z.object({ name: z.string(), text: z.string() })),
      problems: z.array(z.string()),
    }),
    read: ({ YARA_RULES_DIR: folder }) =>
      folder === undefined ? { files: [], problems: [] } : readRuleFiles(folder),
    hasWork: ({ files, problems }) => files.length + problems.length > 0,
  }),
};

export type PartEngineName = keyof typeof partEngines;
export const partEngineNames = Object.keys(partEngines) as [PartEngineName, ...PartEngineName[]];

type Entries = typeof partEngines;
export type PartEnginePlace = Entries[PartEngineName]['places'][number];
export type PartEnginePlaces = { readonly [Place in PartEnginePlace]?: string | undefined };
export const partEnginePlaces = partEngineNames.flatMap(
  (name): readonly PartEnginePlace[] => partEngines[name].places,
);

/** By engine; null: not configured. Texts, not files: a process that starts later must not read what was refused in between. */
export type PartEngineSources = {
  readonly [Name in PartEngineName]: z.infer<Entries[Name]['source']> | null;
};

export const partEngineSourcesSchema = z.object(
  Object.fromEntries(partEngineNames.map((name) => [name, partEngines[name].source.nullable()])),
) as unknown as z.ZodType<PartEngineSources>;

/** Those that have to run. */
export const workingPartEngines = (sources: PartEngineSources): PartEngineName[] =>
  partEngineNames.filter((name) => hasWork(name, sources[name]));

const hasWork = <Name extends PartEngineName>(name: Name, source: PartEngineSources[Name]): boolean => {
  const { hasWork: isAsked }: { hasWork(one: unknown): boolean } = partEngines[name];
  return source !== null && isAsked(source);
};

/** Those that have to run and of which an inspector's self-test says nothing: it is not believed. */
export const unreportedPartEngines = (
  sources: PartEngineSources,
  statuses: readonly Pick<EngineStatus, 'engine'>[],
): PartEngineName[] =>
  workingPartEngines(sources).filter((name) => !statuses.some(({ engine }) => engine === name));

/** As the files are now. */
export function readPartEngineSources(places: PartEnginePlaces): PartEngineSources {
  const sources = partEngineNames.map((name) => {
    const { places: own, read } = partEngines[name];
    return [name, own.some((place) => places[place] !== undefined) ? read(places) : null] as const;
  });
  return Object.fromEntries(sources) as PartEngineSources;
}
