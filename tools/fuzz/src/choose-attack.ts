import fc from 'fast-check';
import type { Attack, AttackCaller, AttackDraft } from './attack.js';
import { connectionKinds } from './kinds/connection-kinds.js';
import { framingKinds } from './kinds/framing-kinds.js';
import { headKinds } from './kinds/head-kinds.js';
import { multipartKinds } from './kinds/multipart-kinds.js';

const kinds: Readonly<Record<string, fc.Arbitrary<AttackDraft>>> = {
  ...multipartKinds,
  ...framingKinds,
  ...headKinds,
  ...connectionKinds,
};
export const kindNames = Object.keys(kinds);

/** Kinds that cost much: one in so many of their turns. */
const everyNth: Readonly<Record<string, number>> = {
  'endless pipelines': 8,
  'a chunk for every byte': 2,
  pipelines: 2,
};
const fallback = 'mutated requests';
/** Most attacks come from within: a system that is accepted reaches all of the code. */
const callers: readonly AttackCaller[] = [
  'accepted',
  'accepted',
  'accepted',
  'accepted',
  'unknown',
  'no-certificate',
];

/** The attack of that number: the same for the same seed, on every machine. */
export function chooseAttack(seed: number, index: number): Attack {
  const turn = Math.floor(index / kindNames.length);
  const named = kindNames[index % kindNames.length] as string;
  const kind = turn % (everyNth[named] ?? 1) === 0 ? named : fallback;
  const [draft] = fc.sample(kinds[kind] as fc.Arbitrary<AttackDraft>, {
    seed: seed * 1_000_003 + index,
    numRuns: 1,
  });
  if (draft === undefined) throw new Error(`nothing to send of kind ${kind}`);
  const caller = callers[(turn + (index % kindNames.length)) % callers.length] as AttackCaller;
  return { kind, caller, ending: 'answer', maxAnswers: 1, isRefused: false, ...draft };
}
