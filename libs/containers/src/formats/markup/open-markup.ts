import { createHash } from 'node:crypto';
import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import { DocumentStreams } from '../document-streams.js';
import { plainText } from '../wide-text.js';
import { dataUrls, disguisedUrls } from './address-blobs.js';
import { isMarkup } from './detect-markup.js';
import { characterRuns, encodedCommands, hexFiles, hiddenFiles } from './script-blobs.js';
import {
  type TextBlob,
  binaryElements,
  byteArrays,
  encodedArguments,
  escapedRuns,
  fileRuns,
  longRuns,
} from './text-blobs.js';

type Finder = (bytes: Buffer, checkTime: () => void) => Iterable<TextBlob>;

const everywhere: readonly Finder[] = [dataUrls, encodedArguments];
/** Browsers read them so. */
const inMarkup: readonly Finder[] = [byteArrays, binaryElements, disguisedUrls, escapedRuns];
const inText: readonly Finder[] = [fileRuns, hexFiles, characterRuns, encodedCommands];
/** People show how a file begins with these: where it ends says nothing. */
const ofBeginnings: ReadonlySet<Finder> = new Set<Finder>([hexFiles, hiddenFiles]);

/**
 * Files that markup, a script or other text holds as text: data: URLs, arguments of atob, arrays of bytes, binary elements,
 * base64 and hexadecimal that begin as a file does, joined characters, long runs of base64. What a script assembles when it
 * runs in other ways is not: the text of the script is left to rules.
 */
export function* openMarkup(file: Buffer, { budget }: OpenContext): Generator<OpenedItem> {
  const bytes = plainText(file);
  const streams = new DocumentStreams(budget);
  const seen = new Set<string>();
  const finders = [...everywhere, ...(isMarkup(bytes) ? inMarkup : [hiddenFiles]), ...inText, longRuns];
  const checkTime = (): void => budget.checkTime();
  for (const find of finders)
    for (const { label, bytes: blob } of find(bytes, checkTime)) {
      budget.checkTime();
      const key = createHash('sha256').update(blob).digest('hex');
      if (blob.length === 0 || seen.has(key)) continue;
      seen.add(key);
      yield* find === longRuns
        ? streams.give(label, blob)
        : streams.file(label, blob, ofBeginnings.has(find));
    }
  yield* streams.finish();
}
