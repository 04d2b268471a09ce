import { type UnexaminedPart, walkObject } from '@sluice/containers';
import type { ObjectType } from '@sluice/contracts';
import type { GiveRecord } from '@sluice/sandbox/child';
import type { Inspection, InspectionLimits, ShownPart } from '../inspection/inspection.schema.js';
import type { PartEngines } from './make-part-engines.js';
import { PartEngineTally } from './part-engine-tally.js';

export interface InspectOptions {
  readonly objectType: ObjectType;
  readonly timeLimitMs: number;
  readonly limits: InspectionLimits;
  readonly passwords: readonly string[];
  readonly givenPasswords?: readonly string[];
}

/** Paths in an answer, in all. */
const maxListedBytes = 60_000;

/** Shows every part of an object to the engines for parts, and gives out what content engines have to see. */
export async function inspectObject(
  bytes: Buffer,
  engines: PartEngines,
  { give, ...options }: InspectOptions & { readonly give: GiveRecord },
): Promise<Inspection> {
  const tallies = [...engines.all].map(([name, engine]) => new PartEngineTally(name, engine));
  const report = await walkObject(bytes, {
    ...options,
    onPart: (part) => {
      const isAllowed = engines.hashLists?.isAllowed(part.sha256) === true;
      for (const tally of tallies) tally.take(part, isAllowed);
    },
    onContent: ({ number, within, path, sha256, mime, packing, bytes: content }, opened) => {
      const about: ShownPart = {
        number,
        within: [...within],
        path: [...path],
        sha256,
        mime,
        ...(packing !== undefined && { packing }),
        ...opened,
      };
      give(about, content);
    },
  });
  const { detectedType, mail, partCount, isOutOfTime, isCovered, unexamined, unexaminedTotal } = report;
  const { streams } = report;
  const { unsealedCount } = report;
  const unexaminedReasons = [...report.unexaminedReasons];
  // A list that is not whole does not say where the others are.
  const isWholeList = unexamined.length === unexaminedTotal && !isOutOfTime;
  const hasGap = (part: number): boolean =>
    !isWholeList || unexamined.some((one) => one.part === part || one.within.includes(part));
  return {
    kind: 'inspection',
    detectedType,
    mail,
    partCount,
    isOutOfTime,
    isCovered,
    streams,
    unexaminedTotal,
    unexaminedReasons,
    unsealedCount,
    unexamined: listed(unexamined),
    runs: tallies.map((tally) => tally.run(hasGap)),
  };
}

function listed(unexamined: readonly UnexaminedPart[]): Inspection['unexamined'] {
  let leftBytes = maxListedBytes;
  return unexamined
    .map(({ path, reason, limit, detail }) => ({ path: [...path], reason, limit, detail }))
    .filter((one, index) => {
      leftBytes -= Buffer.byteLength(JSON.stringify(one));
      return index === 0 || leftBytes >= 0;
    });
}
