import type { PartEngine } from '@sluice/contracts';
import { HashListEngine } from '@sluice/engine-hash-lists';
import { YaraEngine } from '@sluice/engine-yara';
import {
  workingPartEngines,
  type PartEngineName,
  type PartEngineSources,
} from '../inspection/part-engines.js';

export interface PartEngines {
  /** Those that have something to look for, by the names of `partEngines`. */
  readonly all: ReadonlyMap<PartEngineName, PartEngine>;
  /** What it allows does not count; null: no list is configured. */
  readonly hashLists: HashListEngine | null;
}

type Made = { readonly [Name in PartEngineName]: NonNullable<PartEngineSources[Name]> };

const makers: { readonly [Name in PartEngineName]: (source: Made[Name]) => PartEngine } = {
  'hash-list': (lists) => new HashListEngine(lists),
  yara: (rules) => new YaraEngine(rules),
};

export function makePartEngines(sources: PartEngineSources): PartEngines {
  const all = new Map<PartEngineName, PartEngine>();
  for (const name of workingPartEngines(sources)) {
    const engine = makeOne(name, sources[name] as Made[typeof name]);
    // Its word would count for no one, and an object it detects would pass.
    if (engine.name !== name) throw new Error(`the engine ${engine.name} is listed as ${name}`);
    all.set(name, engine);
  }
  const hashLists = [...all.values()].find((engine) => engine instanceof HashListEngine) ?? null;
  return { all, hashLists };
}

const makeOne = <Name extends PartEngineName>(name: Name, source: Made[Name]): PartEngine =>
  makers[name](source);
