import type { OpenContext } from '../../container-format.js';
import { detectType } from '../../detect-type.js';
import type { OpenedItem } from '../../opened-item.js';
import { ByteRanges } from '../byte-ranges.js';
import { DocumentStreams } from '../document-streams.js';
import { damaged } from '../give-part.js';
import { leastRemains, withoutPadding } from '../give-remains.js';
import {
  type SqliteFile,
  isCut,
  fileHeaderBytes,
  isTreePage,
  ownBytes,
  payloadsOf,
  readHeader,
  valuesOf,
} from './sqlite-pages.js';

/** Less is no file; shorter texts are looked at in the database itself. */
const leastBlob = 32;
const leastText = 256;
const mostAlone = 300;

/**
 * What its rows hold, also where it goes on in other pages. Pages that nothing needs any more keep what was deleted: they
 * are looked at, and that it is not whole means nothing.
 */
export function* openSqlite(bytes: Buffer, { budget }: OpenContext): Generator<OpenedItem> {
  const file = readHeader(bytes);
  if (file === null) return;
  const streams = new DocumentStreams(budget);
  const used = new ByteRanges();
  let files = 0;
  for (let number = 1; number <= file.pageCount; number += 1) {
    budget.checkTime();
    if (isTreePage(file, number)) usePage(file, used, number);
    for (const payload of payloadsOf(file, number)) {
      for (const page of payload.pages) usePage(file, used, page);
      for (const { bytes: value, isText } of valuesOf(payload.bytes)) {
        if (value.length < (isText ? leastText : leastBlob)) continue;
        const isFile = detectType(value).readings.length > 0 || (!isText && files < mostAlone);
        if (isFile) yield* streams.file(`value in page ${number}`, value, payload.isCut);
        else yield* streams.give(`values in page ${number}`, value);
        files += isFile ? 1 : 0;
      }
    }
  }
  yield* streams.finish();
  for (const [start, end] of foreignAndFree(file, used)) {
    const rest = withoutPadding(bytes.subarray(Math.max(start, fileHeaderBytes), end));
    if (rest.length < leastRemains) continue;
    budget.takePart();
    budget.takeView(rest);
    yield {
      kind: 'part',
      label: `pages from ${start}`,
      bytes: rest,
      isExcerpt: start < ownBytes(file),
      isRest: true,
    };
  }
  if (isCut(file)) yield damaged('it has more pages than are here');
  yield { kind: 'empty' };
}

/** What stands behind the last page is none of them. */
function* foreignAndFree(file: SqliteFile, used: ByteRanges): Generator<[start: number, end: number]> {
  const own = ownBytes(file);
  for (const [start, end] of used.gaps(file.bytes.length)) {
    if (start < own) yield [start, Math.min(own, end)];
    if (end > own) yield [Math.max(own, start), end];
  }
}

const usePage = ({ pageBytes }: SqliteFile, used: ByteRanges, number: number): void =>
  used.add((number - 1) * pageBytes, number * pageBytes);
