import { type Piece, bytes, padded, zeros } from './byte-layout.js';

const blockBytes = 512;
/** GNU tar and Python write in records of twenty blocks. */
const recordBytes = 20 * blockBytes;

export interface TarOptions {
  readonly type?: string;
  readonly magic?: Piece;
  readonly linkName?: string;
  /** The size field, when it is no plain octal number. */
  readonly sizeField?: Piece;
}

export function tarHeader(name: Piece, size: number, options: TarOptions = {}): Buffer {
  const head = zeros(blockBytes);
  bytes(name).copy(head, 0, 0, 100);
  bytes('0000644\0', '0000000\0', '0000000\0').copy(head, 100);
  bytes(options.sizeField ?? `${size.toString(8).padStart(11, '0')}\0`).copy(head, 124);
  bytes('14524607400\0', '        ', options.type ?? '0', options.linkName ?? '').copy(head, 136);
  bytes(options.magic ?? 'ustar\x0000').copy(head, 257);
  const sum = head.reduce((total, byte) => total + byte, 0);
  bytes(`${sum.toString(8).padStart(6, '0')}\0 `).copy(head, 148);
  return head;
}

export function tarMember(name: Piece, content: Piece, options: TarOptions = {}): Buffer {
  const body = bytes(content);
  return bytes(
    tarHeader(name, body.length, options),
    padded(body, Math.ceil(body.length / blockBytes) * blockBytes),
  );
}

export function tarEnd(members: Buffer): Buffer {
  return padded(members, Math.ceil((members.length + 2 * blockBytes) / recordBytes) * recordBytes);
}

export const tarOf = (files: readonly (readonly [string, Piece])[], options: TarOptions = {}): Buffer =>
  tarEnd(bytes(...files.map(([name, content]) => tarMember(name, content, options))));

export const gnuMagic = 'ustar  \0';

/** A name above a hundred bytes, as GNU tar has it: in a member of its own, in front. */
export function gnuLongName(name: string, content: Piece): Buffer {
  const options = { magic: gnuMagic };
  return tarEnd(
    bytes(
      tarMember('././@LongLink', `${name}\0`, { ...options, type: 'L' }),
      tarMember(name.slice(0, 100), content, options),
    ),
  );
}

/** A record "LENGTH KEY=VALUE\n", where the length counts itself (POSIX pax). */
export function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return `${length}${rest}`;
}

export const paxMember = (records: string, name: string, content: Piece): Buffer =>
  tarEnd(bytes(tarMember('PaxHeaders/x', records, { type: 'x' }), tarMember(name.slice(0, 100), content)));
