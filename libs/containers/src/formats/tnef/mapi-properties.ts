export interface MapiProperty {
  readonly id: number;
  readonly type: number;
  readonly values: readonly Buffer[];
}

const fixedBytes: Readonly<Record<number, number>> = {
  0x0001: 0,
  0x0002: 4,
  0x0003: 4,
  0x0004: 4,
  0x0005: 8,
  0x0006: 8,
  0x0007: 8,
  0x000a: 4,
  0x000b: 4,
  0x0014: 8,
  0x0040: 8,
  0x0048: 16,
};
const multiple = 0x1000;
const variable = new Set([0x000d, 0x001e, 0x001f, 0x0102]);
const named = 0x8000;

const padded = (length: number): number => length + ((4 - (length % 4)) % 4);

export interface MapiProperties {
  readonly properties: readonly MapiProperty[];
  /** As many as it says. */
  readonly isWhole: boolean;
}

/** [MS-OXTNEF] 2.1.3.4, until the bytes end or make no sense. */
export function mapiProperties(bytes: Buffer): MapiProperties {
  const properties: MapiProperty[] = [];
  const count = bytes.length < 4 ? 0 : bytes.readUInt32LE(0);
  let at = 4;
  while (at + 4 <= bytes.length) {
    const type = bytes.readUInt16LE(at);
    const id = bytes.readUInt16LE(at + 2);
    at += 4;
    if (id >= named) at = behindName(bytes, at);
    const read = readValues(bytes, at, type);
    if (read === null) break;
    properties.push({ id, type: type & ~multiple, values: read.values });
    if (!read.isWhole) return { properties, isWhole: false };
    at = read.next;
  }
  return { properties, isWhole: properties.length >= count };
}

function behindName(bytes: Buffer, at: number): number {
  if (at + 24 > bytes.length) return bytes.length;
  const isText = bytes.readUInt32LE(at + 16) === 1;
  return isText ? at + 24 + padded(bytes.readUInt32LE(at + 20)) : at + 24;
}

interface Values {
  readonly values: Buffer[];
  readonly next: number;
  readonly isWhole: boolean;
}

function readValues(bytes: Buffer, start: number, type: number): Values | null {
  const kind = type & ~multiple;
  const isVariable = variable.has(kind);
  const size = fixedBytes[kind];
  if (!isVariable && size === undefined) return null;
  let at = start;
  let count = 1;
  if (isVariable || (type & multiple) !== 0) {
    if (at + 4 > bytes.length) return null;
    count = bytes.readUInt32LE(at);
    at += 4;
  }
  const values: Buffer[] = [];
  for (; count > 0 && at < bytes.length; count -= 1) {
    if (isVariable && at + 4 > bytes.length) return null;
    const length = isVariable ? bytes.readUInt32LE(at) : (size as number);
    if (isVariable) at += 4;
    values.push(bytes.subarray(at, at + length));
    at += Math.max(1, padded(length));
  }
  return { values, next: at, isWhole: count === 0 };
}
