import { MilterProtocolError } from './milter.errors.js';

/** Texts of the protocol are bytes; as latin1 each stays what it was. Addresses are UTF-8 (RFC 6531) where they are text at all. */
export function readStrings(data: Buffer, encoding: 'latin1' | 'utf8' = 'utf8'): string[] {
  if (data.length === 0) return [];
  if (data.at(-1) !== 0) throw new MilterProtocolError('malformed-packet', 'a text without its end');
  return data.toString(encoding, 0, data.length - 1).split('\0');
}

/** `<address>` and the ESMTP parameters behind it, as MAIL and RCPT send them. */
export function readAddress(data: Buffer): { address: string; parameters: readonly string[] } {
  const [text, ...parameters] = readStrings(data);
  if (text === undefined) throw new MilterProtocolError('malformed-packet', 'no address');
  const isBracketed = text.startsWith('<') && text.endsWith('>');
  return { address: isBracketed ? text.slice(1, -1) : text, parameters };
}

export interface Header {
  /** As latin1. */
  readonly name: string;
  /** As the MTA sent it: lines joined by LF alone. */
  readonly value: Buffer;
}

export function readHeader(data: Buffer): Header {
  const end = data.indexOf(0);
  if (end === -1 || data.at(-1) !== 0 || end === data.length - 1) {
    throw new MilterProtocolError('malformed-packet', 'a header without name or value');
  }
  return { name: data.toString('latin1', 0, end), value: data.subarray(end + 1, -1) };
}

export interface MilterClient {
  /** As the MTA has it from DNS, or the address in brackets. */
  readonly name: string;
  /** Null when the MTA does not say: mail of the machine itself, or a socket without addresses. */
  readonly address: string | null;
  readonly port: number | null;
}

const ipv6Tag = /^ipv6:/i;

/** `name \0 family [port address \0]`, family one of `U` (unknown), `L` (Unix socket), `4`, `6`. */
export function readConnect(data: Buffer): MilterClient {
  const end = data.indexOf(0);
  const family = end === -1 ? '' : data.toString('latin1', end + 1, end + 2);
  if (!['U', 'L', '4', '6'].includes(family)) {
    throw new MilterProtocolError('malformed-packet', 'a connection of a family that is not known');
  }
  const name = data.toString('utf8', 0, end);
  if (family === 'U' || family === 'L') return { name, address: null, port: null };
  if (data.length < end + 4) throw new MilterProtocolError('malformed-packet', 'a connection without a port');
  const [address = ''] = readStrings(data.subarray(end + 4), 'latin1');
  return { name, address: address.replace(ipv6Tag, ''), port: data.readUInt16BE(end + 2) };
}
