import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import { damaged, givePart } from '../give-part.js';
import { giveRemains } from '../give-remains.js';

const magicBytes = 8;
const headerBytes = 60;

/** Unix `ar`, also in Debian packages and static libraries (ar(5)); long names as GNU and BSD write them. */
export function* openAr(bytes: Buffer, { budget }: OpenContext): Generator<OpenedItem> {
  let names = '';
  const labels: string[] = [];
  let at = magicBytes;
  yield { kind: 'empty' };
  while (at < bytes.length) {
    // Data is padded to an even length, by most programs.
    if (!isHeader(bytes, at) && isHeader(bytes, at + 1)) at += 1;
    if (!isHeader(bytes, at)) break;
    const size = Number.parseInt(bytes.toString('latin1', at + 48, at + 58).trim() || '0', 10);
    const start = at + headerBytes;
    const end = start + size;
    const raw = bytes.toString('latin1', at, at + 16).trimEnd();
    const { label, skip } = nameOf(raw, names, bytes.subarray(start, start + 256));
    labels.push(label);
    if (raw === '//') names = bytes.toString('latin1', start, end);
    else yield* givePart(label, bytes.subarray(start + skip, end), budget);
    if (end > bytes.length) return yield damaged('the file ends within it', label);
    at = end;
  }
  if (isHalfPackage(labels)) yield damaged('its data is missing');
  if (at < bytes.length - 1) {
    yield* giveRemains(bytes, [[at, bytes.length]], budget);
    if (at === magicBytes || bytes.length - at < headerBytes) yield damaged('a header is broken');
  }
}

/** A Debian package has its version, its control files, then its data (deb(5)). */
const isHalfPackage = (labels: readonly string[]): boolean =>
  labels[0] === 'debian-binary' && !labels.some((label) => label.startsWith('data.tar'));

const isHeader = (bytes: Buffer, at: number): boolean =>
  at + headerBytes <= bytes.length &&
  bytes.toString('latin1', at + 58, at + 60) === '`\n' &&
  /^ *\d+ *$/.test(bytes.toString('latin1', at + 48, at + 58));

function nameOf(raw: string, names: string, data: Buffer): { label: string; skip: number } {
  const gnu = /^\/(\d+)$/.exec(raw)?.[1];
  if (gnu !== undefined)
    return { label: /^[^\n]*/.exec(names.slice(Number(gnu)))?.[0].replace(/\/$/, '') ?? raw, skip: 0 };
  const bsd = Number(/^#1\/(\d+)$/.exec(raw)?.[1] ?? 0);
  if (bsd > 0) return { label: data.toString('utf8', 0, bsd).replace(/\0+$/, ''), skip: bsd };
  return { label: raw.replace(/(.)\/$/, '$1'), skip: 0 };
}
