import { type EngineOutcome, type HeuristicMeaning, cleanText, heuristicMeaning } from '@sluice/contracts';

const limitName = /^Heuristics\.Limits\.Exceeded\.(\w{1,64})/;
/**
 * What a file announces is more than clamd gives one step (1 GiB in ClamAV 1.4, no option changes it), or there is none
 * left: `ClamavEngine` tells these apart.
 */
export const isNoMemory = (reply: string): boolean => /^stream: Can.t allocate memory ERROR$/.test(reply);
const noChanges: ReadonlyMap<string, HeuristicMeaning> = new Map();

/**
 * clamd's answer to one INSTREAM (clamd(8)), without the session's number and the closing NUL. `changes` are what an
 * operator says about names (`clamav-heuristics.ts` has what is usual).
 *
 * | answer                                    | outcome                                        |
 * |-------------------------------------------|------------------------------------------------|
 * | stream: OK                                | clean                                          |
 * | stream: Heuristics.Limits.Exceeded… FOUND | unscannable, limit-exceeded, the limit's name  |
 * | stream: Heuristics.Encrypted… FOUND       | unscannable, encrypted                         |
 * | stream: NAME FOUND, information only      | unscannable, a remark                          |
 * | stream: NAME FOUND                        | infected                                       |
 * | INSTREAM size limit exceeded. ERROR       | unscannable, too-large                         |
 * | stream: … allocate memory ERROR           | unscannable, limit-exceeded, MaxAllocation     |
 * | … ERROR                                   | failed, refused                                |
 * | anything else                             | failed, bad-answer                             |
 */
export function parseReply(reply: string, changes = noChanges): EngineOutcome {
  if (reply === 'stream: OK') return { kind: 'clean' };
  const name = /^stream: (\S.*) FOUND$/.exec(reply)?.[1];
  if (name !== undefined) return parseFound(name, changes);
  if (reply === 'INSTREAM size limit exceeded. ERROR') return { kind: 'unscannable', reason: 'too-large' };
  if (isNoMemory(reply)) return { kind: 'unscannable', reason: 'limit-exceeded', limit: 'MaxAllocation' };
  const code = reply.endsWith(' ERROR') ? 'refused' : 'bad-answer';
  return { kind: 'failed', code, retryable: true };
}

function parseFound(name: string, changes: ReadonlyMap<string, HeuristicMeaning>): EngineOutcome {
  const meaning = heuristicMeaning(name, changes);
  switch (meaning) {
    case 'encrypted':
    case 'damaged':
    case 'unsupported':
      return { kind: 'unscannable', reason: meaning };
    case 'limit-exceeded': {
      const limit = limitName.exec(name)?.[1];
      return { kind: 'unscannable', reason: meaning, ...(limit !== undefined && { limit }) };
    }
    case 'information':
      // clamd gives one name, and a weak one may stand before another: a limit that it reached as well.
      return {
        kind: 'unscannable',
        reason: 'limit-exceeded',
        limit: `beside ${cleanText(name)}`.slice(0, 64),
        isRemark: true,
      };
    case 'high':
    case 'medium':
    case 'low':
    case null: {
      const detection = { engine: 'clamav', technology: 'am' as const, name: cleanText(name), path: [] };
      const rated = meaning === null ? detection : { ...detection, importance: meaning };
      return { kind: 'infected', detections: [rated] };
    }
  }
}

export interface ClamdVersion {
  /** `1.4.3/27800`: of the software, and of the database when there is an official one. */
  readonly version: string;
  /** When the official database was made; null without one. */
  readonly signaturesAt: Date | null;
}

/** `ClamAV 1.4.3/27800/Fri Nov 20 09:37:11 2026` with an official database, `ClamAV 1.4.3` without. Null: not clamd. */
export function parseVersion(reply: string): ClamdVersion | null {
  const match = /^ClamAV ([^/\s]+)(?:\/(\d+)\/(.+))?$/.exec(reply);
  const software = match?.[1];
  if (software === undefined) return null;
  const [database, date] = [match?.[2], match?.[3]];
  if (database === undefined || date === undefined) return { version: software, signaturesAt: null };
  const made = new Date(date);
  // A date no one can read is no date: the signatures then count as test signatures, not as fresh ones.
  return {
    version: `${software}/${database}`,
    signaturesAt: Number.isNaN(made.getTime()) ? null : made,
  };
}
