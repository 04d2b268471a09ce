import { crc32 } from 'node:zlib';
import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import { openWithSevenZip } from '../seven-zip/open-seven-zip.js';
import type { ForeignEntry } from './open-entry.js';

/**
 * Entries packed by methods only 7-Zip has. They are put into a new zip without any contradiction, numbered, so that
 * 7-Zip sees nothing but what was understood here. What it says of an entry that came out in full, by its length and
 * checksum, is about its headers and not about anything missing.
 */
export async function* openForeignEntries(
  entries: readonly ForeignEntry[],
  context: OpenContext,
): AsyncGenerator<OpenedItem> {
  if (entries.length === 0) return;
  const whole = new Set<ForeignEntry>();
  for await (const item of openWithSevenZip(buildPlainZip(entries), context, { type: 'zip' })) {
    if (item.kind !== 'part' && item.kind !== 'unexamined') continue;
    const entry = entries[Number(item.label)];
    if (item.label === undefined || entry === undefined) yield item;
    else if (item.kind === 'part') {
      if (item.bytes.length === entry.bytes && crc32(item.bytes) === entry.crc) whole.add(entry);
      yield { ...item, label: entry.label, wasEncrypted: entry.wasEncrypted };
    } else if (!whole.has(entry)) yield* failed(item, entry);
  }
}

/** What was only perhaps an entry has not failed; nor has a second reading, unless no one here could try it. */
function* failed(item: OpenedItem & { kind: 'unexamined' }, entry: ForeignEntry): Generator<OpenedItem> {
  if (!entry.isCertain) return;
  if (!entry.isOtherReading) yield { ...item, label: entry.label };
  else if (item.reason !== 'damaged') yield { ...item, label: entry.label, reason: 'ambiguous' };
}

function buildPlainZip(entries: readonly ForeignEntry[]): Buffer {
  const [locals, directory]: [Buffer[], Buffer[]] = [[], []];
  let offset = 0;
  for (const [number, entry] of entries.entries()) {
    const name = Buffer.from(String(number));
    const fields = fieldsOf(entry, name.length);
    locals.push(Buffer.from('PK\x03\x04', 'latin1'), fields, name, entry.packed);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02\x3f\0', 'latin1'), fields, rest, name);
    offset += 30 + name.length + entry.packed.length;
  }
  const central = Buffer.concat(directory);
  return Buffer.concat([...locals, central, endRecord(entries.length, central.length, offset)]);
}

const versionNeeded = 63;
/** The fields both headers share, from the version needed to the length of the extra field. */
function fieldsOf({ method, crc, packed, bytes, flags }: ForeignEntry, nameBytes: number): Buffer {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(versionNeeded, 0);
  fields.writeUInt16LE(flags, 2);
  fields.writeUInt16LE(method, 4);
  fields.writeUInt32LE(crc, 10);
  fields.writeUInt32LE(packed.length, 14);
  fields.writeUInt32LE(Math.min(bytes, 0xfffffffe), 18);
  fields.writeUInt16LE(nameBytes, 22);
  return fields;
}

function endRecord(count: number, directoryBytes: number, offset: number): Buffer {
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(directoryBytes, 12);
  end.writeUInt32LE(offset, 16);
  return end;
}
