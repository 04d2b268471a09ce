import { createHash } from 'node:crypto';
import type { OpenContext } from '../../container-format.js';
import { inflateWithin } from '../../decoders/inflate.js';
import { decodeUtf7 } from '../../decoders/utf-7.js';
import type { OpenedItem } from '../../opened-item.js';
import { DocumentStreams } from '../document-streams.js';
import { plainText } from '../wide-text.js';
import { dataUrls, disguisedUrls } from './address-blobs.js';
import { addressRuns, fileRuns, longRuns, textRuns } from './base64-runs.js';
import { binaryElements } from './binary-elements.js';
import { isMarkup, isPageBehind } from './detect-markup.js';
import { gluedFiles } from './glued-files.js';
import { joinedFiles } from './joined-blobs.js';
import { otherEncodings } from './other-encodings.js';
import { otherReadings } from './other-readings.js';
import {
  characterRuns,
  codeRuns,
  encodedCommands,
  hexFiles,
  hexTexts,
  hiddenFiles,
  recordFiles,
} from './script-blobs.js';
import { type TextBlob, byteArrays, encodedArguments, escapedRuns, wordArrays } from './text-blobs.js';

type Finder = (bytes: Buffer, checkTime: () => void) => Iterable<TextBlob>;

/** Browsers read them so. */
const inMarkup: readonly Finder[] = [byteArrays, wordArrays, binaryElements, disguisedUrls, escapedRuns];
const inText: readonly Finder[] = [
  gluedFiles,
  otherEncodings,
  fileRuns,
  addressRuns,
  joinedFiles,
  hexFiles,
  hexTexts,
  characterRuns,
  recordFiles,
  codeRuns,
];
const runs: readonly Finder[] = [encodedCommands, textRuns, longRuns];
const everywhere: readonly Finder[] = [dataUrls, encodedArguments];
/** Where escapes or markup stand within them. */
const inOtherReadings: readonly Finder[] = [...everywhere, binaryElements, fileRuns, addressRuns, ...runs];
/** People show how a file begins with these: where it ends says nothing. */
const ofBeginnings: ReadonlySet<Finder> = new Set<Finder>([hexFiles, hiddenFiles]);
const headBytes = 4096;
const isOfUtf7 = /(charset\s{0,4}=\s{0,4}["']?)(?:unicode-1-1-)?utf-?7\b/i;
/** Of texts so many are shown as files; a log may have any number of tokens. */
const maxTexts = 1000;

/**
 * Files that markup, a script or other text holds as text: data: URLs, arguments of atob, arrays of bytes, binary elements,
 * base64 and hexadecimal that begin as a file does, joined characters, long runs of base64. What a script assembles when it
 * runs in other ways is not: the text of the script is left to rules.
 */
export function* openMarkup(file: Buffer, { budget }: OpenContext): Generator<OpenedItem> {
  const bytes = plainText(file);
  const isPage = isMarkup(bytes);
  const blobs = new Blobs(budget);
  const ofPage = isPage ? inMarkup : isPageBehind(bytes) ? [hiddenFiles, disguisedUrls] : [hiddenFiles];
  if (isPage && isOfUtf7.test(bytes.toString('latin1', 0, headBytes))) yield* blobs.transcoded(bytes);
  yield* blobs.of(bytes, [...everywhere, ...ofPage, ...inText, ...runs]);
  for (const other of otherReadings(bytes, isPage)) yield* blobs.of(other, inOtherReadings);
  yield* blobs.finish();
}

/** Each of them once, whichever finder sees it first. */
class Blobs {
  private readonly streams: DocumentStreams;
  private readonly seen = new Set<string>();
  private texts = 0;

  constructor(private readonly budget: OpenContext['budget']) {
    this.streams = new DocumentStreams(budget);
  }

  *of(text: Buffer, finders: readonly Finder[]): Generator<OpenedItem> {
    const checkTime = (): void => this.budget.checkTime();
    for (const find of finders)
      for (const blob of find(text, checkTime)) {
        checkTime();
        const bytes = this.unpacked(blob);
        const key = createHash('sha256').update(bytes).digest('hex');
        if (bytes.length === 0 || this.seen.has(key)) continue;
        this.seen.add(key);
        if (find === textRuns) this.texts += 1;
        const isStream = find === longRuns || (find === textRuns && this.texts > maxTexts);
        const isExcerpt = blob.isExcerpt === true || ofBeginnings.has(find);
        yield* isStream
          ? this.streams.give(blob.label, bytes, isExcerpt)
          : this.streams.file(blob.label, bytes, isExcerpt);
      }
  }

  /** The page itself, as Word shows it, which knows no mail around it: it says so in a charset that all others have. */
  transcoded(page: Buffer): Generator<OpenedItem> {
    const text = decodeUtf7(page).replace(new RegExp(isOfUtf7, 'gi'), '$1utf-8');
    return this.streams.file('page (utf-7)', Buffer.from(text));
  }

  finish(): Generator<OpenedItem> {
    return this.streams.finish();
  }

  private unpacked({ bytes, isDeflated }: TextBlob): Buffer {
    return isDeflated === undefined ? bytes : (inflateWithin(bytes, this.budget, isDeflated) ?? bytes);
  }
}
