import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import { DocumentStreams } from '../document-streams.js';
import { wideEncoding } from '../wide-text.js';
import {
  binaryElements,
  byteArrays,
  dataUrls,
  encodedArguments,
  entityUrls,
  escapedRuns,
  fileRuns,
  longRuns,
} from './text-blobs.js';

const finders = [
  { find: dataUrls, isFile: true },
  { find: encodedArguments, isFile: true },
  { find: byteArrays, isFile: true },
  { find: binaryElements, isFile: true },
  { find: entityUrls, isFile: true },
  { find: escapedRuns, isFile: true },
  { find: fileRuns, isFile: true },
  { find: longRuns, isFile: false },
];

/**
 * Files that markup, a script or other text holds as text: data: URLs, arguments of atob, arrays of bytes, binary elements,
 * base64 that begins as a file does, long runs of base64. What a script assembles when it runs is not: the text of the script is left to rules.
 */
export function* openMarkup(file: Buffer, { budget }: OpenContext): Generator<OpenedItem> {
  const encoding = wideEncoding(file);
  const bytes = encoding === null ? file : Buffer.from(new TextDecoder(encoding).decode(file));
  const streams = new DocumentStreams(budget);
  const seen = new Set<string>();
  for (const { find, isFile } of finders)
    for (const { label, bytes: blob } of find(bytes)) {
      budget.checkTime();
      const key = `${blob.length} ${blob.toString('latin1', 0, 256)}`;
      if (blob.length === 0 || seen.has(key)) continue;
      seen.add(key);
      yield* isFile ? streams.file(label, blob) : streams.give(label, blob);
    }
  yield* streams.finish();
}
