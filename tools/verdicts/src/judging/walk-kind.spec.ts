import { describe, expect, it } from 'vitest';
import { kindsOfStrangers } from '../making/all-kinds.js';
import type { Kind } from '../making/kind.js';
import { ToolMissing } from '../making/run-tool.js';
import { harmless, needle } from '../running/proof-scanner.js';
import { type Walked, walkKind } from './walk-kind.js';

const asked = (expectation: Kind['expectation']) =>
  kindsOfStrangers
    .filter((kind) => kind.expectation === expectation)
    .map((kind) => [kind.name, kind] as const);

/** Null: its program is not on this machine, which `npm run verdicts` counts. */
async function walked({ make, leaf, objectType }: Kind, content: Buffer): Promise<Walked | null> {
  try {
    return await walkKind(await make(content), objectType, leaf(content));
  } catch (error) {
    if (error instanceof ToolMissing) return null;
    throw error;
  }
}

describe('kinds a stranger thought of, walked without engines', () => {
  it.each(asked('found'))('%s shows what is in it to every engine', async (_, kind) => {
    const seen = await walked(kind, needle);
    if (seen !== null)
      expect(seen).toMatchObject({ isFoundByRule: true, isFoundByList: true, isFoundByContent: true });
  });

  it.each(asked('said'))('%s is said', async (_, kind) =>
    expect((await walked(kind, needle))?.unexamined).not.toEqual([]),
  );

  it.each(
    kindsOfStrangers.filter(({ heldTwin }) => heldTwin === null).map((kind) => [kind.name, kind] as const),
  )('%s is not held without the needle', async (_, kind) =>
    expect((await walked(kind, harmless))?.unexamined ?? []).toEqual([]),
  );
});
