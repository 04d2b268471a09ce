import type { PlainPacking } from '@sluice/contracts';
import { parseReply } from '../parse-reply.js';
import { ClamdError, type ClamdSession } from '../clamd-session.js';
import type { CapabilityTable, LimitAnswer } from './capability-table.js';
import { announcingTar, crowdedZip, deepZip, largePage, largestLimitBytes } from './limit-samples.js';
import { plainZips } from './plain-zips.js';
import { rememberedPart } from './remembered-part.js';
import {
  type OpenableFormat,
  type SealedFormat,
  openableFormats,
  openableSample,
  sealedFormats,
  sealedSample,
} from './sample-files.js';

const mebibyte = 1024 * 1024;
/** ClamAV takes no MaxRecursion above 100. */
const tooDeep = 120;
/** Just above ClamAV's own MaxFiles, … */
const tooManyFiles = 10_100;
/** … and its own MaxHTMLNormalize; also just below. */
const [usualPageBytes, tooLargePageBytes] = [39 * mebibyte, 41 * mebibyte];
const smallPageBytes = mebibyte;

export interface TrialTimes {
  /** By `performance.now()`. */
  readonly deadlineMs: number;
}

/**
 * Finds out by clamd's own answers what it opens and where it cuts: its configuration cannot be asked for, and what a
 * file says need not be what runs. Some sixty small files, of which the largest is an empty disk image; a tenth of a
 * second. Rejects ClamdError when it does not answer, or answers like no clamd: nothing is known then.
 */
export async function tryClamd(
  session: ClamdSession,
  version: string,
  times: TrialTimes,
): Promise<CapabilityTable> {
  const trial = new Trial(session, times);
  const opens = new Set<OpenableFormat>();
  for (const format of openableFormats)
    if ((await trial.answer(openableSample(format))) === 'beyond') opens.add(format);
  const silentOnSealed: SealedFormat[] = [];
  for (const format of sealedFormats)
    if ((await trial.answer(sealedSample(format))) === 'silent') silentOnSealed.push(format);
  const opensByItself = await trial.opensByItself(opens);
  const remembersUnopened = opens.has('gzip') && (await trial.remembersUnopened());
  const isPageOpened = (await tryPage(trial, smallPageBytes)) === 'beyond';
  const recursion = await trial.limit(opens.has('zip'), deepZip(tooDeep));
  const size = await trial.limit(opens.has('tar'), announcingTar(largestLimitBytes));
  // There is nothing in it to find.
  if (size === 'beyond') throw new ClamdError('bad-answer', 'it finds what is not there');
  return {
    version,
    opens,
    opensByItself,
    silentOnSealed,
    limits: {
      MaxRecursion: recursion,
      MaxFileSize: size,
      MaxFiles: 'not-tried',
      MaxHTMLNormalize: isPageOpened ? 'not-tried' : 'silent',
    },
    largestFileBytes: size === 'said' ? await trial.largestAnnounced() : Number.POSITIVE_INFINITY,
    pageBytes: isPageOpened
      ? { proven: smallPageBytes, cut: Number.POSITIVE_INFINITY }
      : { proven: 0, cut: 0 },
    refusesLargestStream: false,
    remembersUnopened,
  };
}

/** What takes clamd some seconds: not while scans wait for the first table. */
export async function trySlowLimits(
  session: ClamdSession,
  table: CapabilityTable,
  times: TrialTimes,
): Promise<CapabilityTable> {
  const trial = new Trial(session, times);
  const files = await trial.limit(table.opens.has('zip'), crowdedZip(tooManyFiles));
  const limits = { ...table.limits, MaxFiles: files };
  if (limits.MaxHTMLNormalize !== 'not-tried') return { ...table, limits };
  const page = await tryPage(trial, tooLargePageBytes);
  const usual = page === 'beyond' ? page : await tryPage(trial, usualPageBytes);
  return {
    ...table,
    limits: { ...limits, MaxHTMLNormalize: page },
    pageBytes: {
      proven: page === 'beyond' ? tooLargePageBytes : usual === 'beyond' ? usualPageBytes : smallPageBytes,
      cut:
        page === 'beyond'
          ? Number.POSITIVE_INFINITY
          : usual === 'beyond'
            ? usualPageBytes + 1
            : smallPageBytes + 1,
    },
  };
}

const tryPage = async (trial: Trial, sizeBytes: number): Promise<LimitAnswer> =>
  trial.answer(await largePage(sizeBytes));

/** Does it normalise HTML of this size? `said` and `silent`: no. */
export const normalisesPage = async (
  session: ClamdSession,
  sizeBytes: number,
  times: TrialTimes,
): Promise<boolean> => (await tryPage(new Trial(session, times), sizeBytes)) === 'beyond';

class Trial {
  constructor(
    private readonly session: ClamdSession,
    private readonly times: TrialTimes,
  ) {}

  /** `beyond`: it found the test file inside. */
  async answer(sample: Buffer): Promise<LimitAnswer> {
    const leftMs = this.times.deadlineMs - performance.now();
    if (leftMs <= 0) throw new ClamdError('timeout', 'it took too long to try what it can do');
    const outcome = parseReply(await this.session.scan(once(sample), leftMs));
    switch (outcome.kind) {
      case 'infected':
        return 'beyond';
      case 'unscannable':
        return 'said';
      case 'clean':
        return 'silent';
      case 'failed':
        throw new ClamdError(outcome.code, 'it gives an error on a file it is tried with');
    }
  }

  async opensByItself(opens: ReadonlySet<OpenableFormat>): Promise<Set<PlainPacking>> {
    return new Set(opens.has('zip') && (await this.findsInAll(plainZips(opens))) ? ['plain-zip'] : []);
  }

  private async findsInAll(samples: readonly Buffer[]): Promise<boolean> {
    for (const sample of samples) if ((await this.answer(sample)) !== 'beyond') return false;
    return true;
  }

  /** Is it silent about what it would find, because it was once where clamd opens nothing? */
  async remembersUnopened(): Promise<boolean> {
    const { image, part } = rememberedPart();
    await this.answer(image);
    return (await this.answer(part)) !== 'beyond';
  }

  /** Of a limit in a kind of file that clamd does not even open nothing is learned, and nothing trusted. */
  async limit(isOpened: boolean, sample: Buffer): Promise<LimitAnswer> {
    return isOpened ? this.answer(sample) : 'silent';
  }

  /** By halves, to the mebibyte. */
  async largestAnnounced(): Promise<number> {
    let [low, high] = [0, largestLimitBytes / mebibyte];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if ((await this.answer(announcingTar(middle * mebibyte))) === 'said') high = middle;
      else low = middle;
    }
    return low * mebibyte;
  }
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
