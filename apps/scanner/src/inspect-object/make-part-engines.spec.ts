import { describe, expect, it } from 'vitest';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  partEngineNames,
  partEnginePlaces,
  partEngineSourcesSchema,
  readPartEngineSources,
  unreportedPartEngines,
  workingPartEngines,
  type PartEnginePlace,
} from '../inspection/part-engines.js';
import { makePartEngines } from './make-part-engines.js';

/** As a sandbox gets them. */
const sourcesOf = (places: Parameters<typeof readPartEngineSources>[0]) =>
  partEngineSourcesSchema.parse(JSON.parse(JSON.stringify(readPartEngineSources(places))));
const everywhere = (place: string) =>
  Object.fromEntries(partEnginePlaces.map((name) => [name, place])) as Record<PartEnginePlace, string>;

describe('engines for parts', () => {
  it('are none while nothing is configured', () => {
    expect(makePartEngines(sourcesOf({}))).toEqual({ all: new Map(), hashLists: null });
  });

  it('are all made, under the names of the list, when all places are set', () => {
    // None of the files is there: each of them says so, and no engine is left out.
    const { all } = makePartEngines(sourcesOf(everywhere('/nowhere/at-all')));
    expect([...all.keys()]).toEqual(partEngineNames);
    for (const [name, engine] of all) {
      expect(engine.name).toBe(name);
      expect(engine.selfTest()).toMatchObject({ engine: name, isHealthy: false });
    }
  });

  it('do not run for a folder without rules, and do for a list without entries', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'part-engines-'));
    try {
      const list = path.join(folder, 'list');
      writeFileSync(list, '');
      const listAlone = sourcesOf({ YARA_RULES_DIR: folder, HASH_DENY_FILE: list });
      expect(workingPartEngines(listAlone)).toEqual(['hash-list']);
      expect([...makePartEngines(listAlone).all.keys()]).toEqual(['hash-list']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('are missed when an inspector says nothing of them', () => {
    const sources = sourcesOf(everywhere('/nowhere/at-all'));
    expect(unreportedPartEngines(sources, [{ engine: 'hash-list' }])).toEqual(
      partEngineNames.filter((name) => name !== 'hash-list'),
    );
    expect(
      unreportedPartEngines(
        sources,
        partEngineNames.map((engine) => ({ engine })),
      ),
    ).toEqual([]);
  });
});
