import { createHash } from 'node:crypto';
import { walkObject } from '@sluice/containers';
import type { ObjectType } from '@sluice/contracts';

/** What the walk alone would show to each engine. */
export interface Walked {
  /** A part begins with it. */
  readonly isFoundByRule: boolean;
  /** A part is it, byte for byte. */
  readonly isFoundByList: boolean;
  /** A part that content engines get is it; they look for it at the beginning of what is hardly longer. */
  readonly isFoundByContent: boolean;
  /** Place and reason of what was not examined. */
  readonly unexamined: readonly string[];
}

const longestTestFile = 128;

/** Without engines: in seconds for hundreds of kinds. */
export async function walkKind(bytes: Buffer, objectType: ObjectType, leaf: Buffer): Promise<Walked> {
  const wanted = createHash('sha256').update(leaf).digest('hex');
  const beginsSo = (part: Buffer): boolean => part.subarray(0, leaf.length).equals(leaf);
  const found = { rule: false, list: false, content: beginsSo(bytes) };
  const report = await walkObject(bytes, {
    objectType,
    timeLimitMs: 60_000,
    onPart: (part) => {
      found.rule ||= beginsSo(part.bytes);
      found.list ||= part.sha256 === wanted;
    },
    onContent: (part) => {
      found.content ||= part.bytes.length <= longestTestFile && beginsSo(part.bytes);
    },
  });
  return {
    isFoundByRule: found.rule,
    isFoundByList: found.list,
    isFoundByContent: found.content,
    unexamined: report.unexamined.map(({ path, reason }) => `${path.join(' › ')}: ${reason}`),
  };
}
