import { randomBytes } from 'node:crypto';

const templates = new Map<number, Buffer>();
let made = 0;

/** Bytes no scanner has seen before: random ones, of which 16 are new each time. */
export function uniqueObject(sizeBytes: number): Buffer {
  let template = templates.get(sizeBytes);
  if (template === undefined) {
    template = randomBytes(sizeBytes);
    templates.set(sizeBytes, template);
  }
  const object = Buffer.from(template);
  made += 1;
  randomBytes(Math.min(12, sizeBytes)).copy(object, 0);
  if (sizeBytes >= 16) object.writeUInt32LE(made, 12);
  return object;
}

/** The same for large objects, in pieces; all but the first are shared. */
export function* uniquePieces(sizeBytes: number, pieceBytes = 1024 ** 2): Generator<Buffer> {
  const first = uniqueObject(Math.min(pieceBytes, sizeBytes));
  yield first;
  const rest = templates.get(first.length) ?? first;
  for (let sent = first.length; sent < sizeBytes; sent += rest.length)
    yield rest.subarray(0, Math.min(rest.length, sizeBytes - sent));
}

let scans = 0;
/** Never used before in this run. */
export const nextScanId = (): string => `bench-${(scans += 1)}`;
