import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detectType, walkObject } from '@sluice/containers';
import { mailShapes } from '../clean/clean-mails.js';
import { cleanContents } from '../clean/mail-shape.js';
import type { KindResult } from '../judging/judge-kind.js';
import { allKinds } from '../making/all-kinds.js';
import type { Kind } from '../making/kind.js';
import { ToolMissing } from '../making/run-tool.js';
import { atOnce } from '../running/at-once.js';
import { type ProofScanner, needle, startProofScanner } from '../running/proof-scanner.js';
import { runKind } from '../running/run-kind.js';
import { type Held, heldKinds, kindOfFormat, kindOfReason } from './held-kinds.js';

const scansAtOnce = 3;
/** Against hanging; half a minute where nothing else runs. */
const mostMs = 900_000;

function kindNamed(name: string): Kind {
  const kind = allKinds.find((one) => one.name === name);
  if (kind === undefined) throw new Error(`there is no kind ${name}`);
  return kind;
}

/** A kind whose program is not on this machine cannot be made; `npm run verdicts` counts it as a failure. */
const isMade = ({ outcome }: KindResult): boolean => outcome !== 'not made';

const held = (table: Readonly<Record<string, Held>>) =>
  Object.entries(table).flatMap(([key, one]) => ('kind' in one ? [[key, one.kind] as const] : []));

const kindsOfFormats = new Set(held(kindOfFormat).map(([, name]) => name));

/** Of the object and of everything in it. */
async function formatsIn(bytes: Buffer, objectType: Kind['objectType']): Promise<string[]> {
  const found: string[] = [];
  const note = (part: Buffer, type: Kind['objectType']): void =>
    void found.push(...detectType(part, type).readings.map(({ format }) => format));
  note(bytes, objectType);
  await walkObject(bytes, {
    objectType,
    onPart: (part) => note(part.bytes, 'file'),
    timeLimitMs: 60_000,
  });
  return found;
}

describe('what was missed or held once', () => {
  const results = new Map<string, KindResult>();
  /** By kind, of those that stand for a format. */
  const formats = new Map<string, readonly string[]>();
  const mails = new Map<string, string>();
  let scanner: ProofScanner;

  const resultOf = (name: string): KindResult => {
    const result = results.get(name);
    if (result === undefined) throw new Error(`${name} was not run`);
    return result;
  };

  beforeAll(async () => {
    scanner = await startProofScanner(
      allKinds.map((kind) => kind.leaf(needle)),
      scansAtOnce,
    );
    await atOnce(heldKinds.map(kindNamed), scansAtOnce, runAndOpen, (result) =>
      results.set(result.kind, result),
    );
    await atOnce(
      mailShapes,
      scansAtOnce,
      async (shape) => ({ name: shape.name, state: await stateOfClean(shape) }),
      ({ name, state }) => mails.set(name, state),
    );
    const notMade = [...results.values()].filter((result) => !isMade(result));
    if (notMade.length > 0)
      console.warn(`LEFT OUT: ${notMade.map(({ kind, notMade: why }) => `${kind} ${why}`).join(', ')}`);
  }, mostMs);
  afterAll(() => scanner?.stop());

  /** What is cut is tried by `npm run verdicts`: it would take as long again. */
  async function runAndOpen(kind: Kind): Promise<KindResult> {
    const seen: Kind = {
      ...kind,
      // Programs that make it take longer than it is scanned: once is enough.
      make: async (leaf) => {
        const bytes = await kind.make(leaf);
        if (leaf === needle && kindsOfFormats.has(kind.name))
          formats.set(kind.name, await formatsIn(bytes, kind.objectType));
        return bytes;
      },
    };
    return runKind(seen, scanner, []);
  }

  async function stateOfClean(shape: (typeof mailShapes)[number]): Promise<string> {
    const [content] = cleanContents;
    if (content === undefined) throw new Error('there is no content');
    try {
      const { state, names, unexamined } = await scanner.scan(await shape.make(content), 'email');
      return [state, ...names, ...unexamined].join('; ');
    } catch (error) {
      if (error instanceof ToolMissing) return 'not detected';
      throw error;
    }
  }

  it.each(heldKinds)('%s is seen by every engine or said, and its clean twin passes', (name) => {
    const result = resultOf(name);
    if (isMade(result)) expect(result.problems).toEqual([]);
  });

  it.each(held(kindOfFormat))('opens %s in %s', (format, name) => {
    if (isMade(resultOf(name))) expect(formats.get(name)).toContain(format);
  });

  it.each(held(kindOfReason))('says %s of %s', (reason, name) => {
    const { seen } = resultOf(name);
    expect(seen?.unexamined.join('\n')).toMatch(new RegExp(`: ${reason}(?: \\(\\w+\\))?, `));
  });

  it.each(mailShapes.map(({ name }) => name))('a clean mail passes: %s', (name) =>
    expect(mails.get(name)).toBe('not detected'),
  );
});
