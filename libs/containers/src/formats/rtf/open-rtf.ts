import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import { DocumentStreams } from '../document-streams.js';
import { readPackage } from '../ole/ole-package.js';
import { type RtfDestination, rtfData } from './rtf-data.js';

const oleMagic = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const embedded = 2;

/** Embedded objects, and whatever else stands in hexadecimal. */
export function* openRtf(bytes: Buffer, { budget }: OpenContext): Generator<OpenedItem> {
  const streams = new DocumentStreams(budget);
  let given = 0;
  let isCut = false;
  for (const data of rtfData(bytes)) {
    budget.checkTime();
    isCut ||= data.isCut;
    for (const reading of data.readings) {
      given += 1;
      yield* streams.give(data.destination, reading);
      yield* filesIn(data.destination, reading, streams);
    }
  }
  yield* streams.finish();
  // The last group closes the document; readers forgive everything but data that ends in the middle.
  if (isCut) yield { kind: 'unexamined', reason: 'damaged', detail: 'an object in it ends too early' };
  else if (given === 0) yield { kind: 'empty' };
}

function* filesIn(
  destination: RtfDestination,
  data: Buffer,
  streams: DocumentStreams,
): Generator<OpenedItem> {
  if (destination !== 'objdata') return;
  const native = nativeData(data);
  const file = native === null ? null : readPackage(native);
  if (file !== null) {
    yield* streams.file(file.name || 'object', file.bytes);
    if (!file.isWhole) yield { kind: 'unexamined', reason: 'damaged', label: file.name };
  } else if (native !== null) yield* streams.file('object', native);
  // Word finds an OLE file also where the head in front of it is nonsense.
  const at = data.indexOf(oleMagic);
  if (at >= 0 && (native === null || !native.subarray(0, 8).equals(oleMagic)))
    yield* streams.file('object', data.subarray(at));
}

/** [MS-OLEDS] 2.2.5: version, kind, class, topic and item as texts with their lengths, then the data with its own. */
function nativeData(data: Buffer): Buffer | null {
  if (data.length < 12 || data.readUInt32LE(4) !== embedded) return null;
  let at = 8;
  for (let texts = 0; texts < 3; texts += 1) {
    if (at + 4 > data.length) return null;
    at += 4 + data.readUInt32LE(at);
  }
  if (at + 4 > data.length) return null;
  const native = data.subarray(at + 4, at + 4 + data.readUInt32LE(at));
  return native.length === 0 ? null : native;
}
