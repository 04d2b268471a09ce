import type { ScannedKind, Shortfall } from '@sluice/contracts';
import type { ClamdTrials } from './clamd-trials.js';
import type { OpenableFormat } from './sample-files.js';

/** Documents whose streams are views: content engines get the document and have to open it by themselves. */
const documentFormats: readonly (readonly [RegExp, OpenableFormat, string])[] = [
  [/^application\/pdf$/, 'pdf', 'ScanPDF'],
  [/^application\/x-ole-storage$/, 'ole', 'ScanOLE2'],
  [/^application\/vnd\.(openxmlformats|oasis)/, 'docx', 'ScanArchive'],
  [/^text\/html$/, 'html', 'ScanHTML'],
];

/**
 * What clamd, by what it showed when it was tried, did not see of something that it calls clean. Null: nothing.
 *
 * | kind                                            | not seen                                              |
 * |-------------------------------------------------|-------------------------------------------------------|
 * | a document of a format that it does not open    | what is in it: `unsupported`                          |
 * | a document with a stream above its MaxFileSize  | the stream's end: `limit-exceeded`, MaxFileSize       |
 * | HTML above its MaxHTMLNormalize                 | the text as shown: `limit-exceeded`, MaxHTMLNormalize |
 */
export async function shortfallOf(
  trials: ClamdTrials,
  { mime, sizeBytes, streams }: ScannedKind,
  timeoutMs: number,
): Promise<Shortfall | null> {
  const [, format, option] = documentFormats.find(([pattern]) => pattern.test(mime)) ?? [];
  const tables = trials.known;
  if (streams.count > 0 && format !== undefined && tables.some(({ opens }) => !opens.has(format)))
    return { reason: 'unsupported', limit: option ?? format };
  if (tables.some(({ largestFileBytes }) => streams.largestBytes > largestFileBytes))
    return { reason: 'limit-exceeded', limit: 'MaxFileSize' };
  if (format === 'html' && !(await trials.normalises(sizeBytes, timeoutMs)))
    return { reason: 'limit-exceeded', limit: 'MaxHTMLNormalize' };
  return null;
}
