import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import { DocumentStreams } from '../document-streams.js';
import { runsOfFiles } from '../markup/base64-runs.js';
import { base64 } from '../markup/text-blobs.js';
import { wideMarks } from './detect-text-in-binary.js';

/** The files, as far as they go: what follows one may be text by chance. */
export function* openTextInBinary(bytes: Buffer, { budget }: OpenContext): Generator<OpenedItem> {
  const streams = new DocumentStreams(budget);
  for (const text of [bytes, ...wideRuns(bytes)])
    for (const { label, bytes: file } of runsOfFiles(text, { mayFollow: true })) {
      budget.checkTime();
      yield* streams.file(label, file, true);
    }
}

/** Where a mark stands in UTF-16, the text up to the first character that base64 has not. */
function* wideRuns(bytes: Buffer): Generator<Buffer> {
  for (const mark of wideMarks)
    for (let at = bytes.indexOf(mark); at >= 0;) {
      let end = at;
      while (end + 1 < bytes.length && bytes[end + 1] === 0 && isOfBase64(bytes[end] ?? 0)) end += 2;
      yield Buffer.from(bytes.toString('utf16le', at, end), 'latin1');
      at = bytes.indexOf(mark, end);
    }
}

const [lf, cr, padding] = [0x0a, 0x0d, 0x3d];
const isOfBase64 = (byte: number): boolean =>
  base64[byte] === 1 || byte === lf || byte === cr || byte === padding;
