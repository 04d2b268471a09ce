import type { OpenContext } from '../../container-format.js';
import { readBase64 } from '../../decoders/base64.js';
import type { OpenedItem } from '../../opened-item.js';

const maxHeadChars = 2000;
const isBase64 = /;\s*ENCODING=(?:B|BASE64)\b|^(?:ATTACH|PHOTO|LOGO|SOUND|KEY)[^:]*:data:[^,]*;base64$/i;

/** Files that stand in a property as base64. */
export function* openCalendar(bytes: Buffer, { budget }: OpenContext): Generator<OpenedItem> {
  let count = 0;
  for (const line of unfoldedLines(bytes)) {
    budget.checkTime();
    const value = encodedValue(line);
    if (value === null) continue;
    const file = readBase64(value).readings[0];
    if (file === undefined || file.length === 0) continue;
    count += 1;
    budget.takePart();
    budget.takeBytes(file.length, file.length);
    yield { kind: 'part', label: `attachment ${count}`, bytes: file };
  }
}

function encodedValue(line: Buffer): Buffer | null {
  const head = line.toString('latin1', 0, maxHeadChars);
  const comma = head.indexOf(';base64,');
  const colon = comma >= 0 ? comma + ';base64'.length : head.indexOf(':');
  if (colon < 0 || !isBase64.test(head.slice(0, colon))) return null;
  return line.subarray(colon + 1);
}

/** A line goes on in the next one, when that begins with a blank. */
function* unfoldedLines(bytes: Buffer): Generator<Buffer> {
  let pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const found = bytes.indexOf(0x0a, at);
    const next = found < 0 ? bytes.length : found + 1;
    const isFolded = bytes[at] === 0x20 || bytes[at] === 0x09;
    if (!isFolded && pieces.length > 0) {
      yield Buffer.concat(pieces);
      pieces = [];
    }
    pieces.push(bytes.subarray(at, next));
    at = next;
  }
  yield Buffer.concat(pieces);
}
