import { scriptAlphabets, scriptOrder } from '@sluice/containers/testing';

const alphabet32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const alphabet85 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~';

export const base64 = (content: Uint8Array): string => Buffer.from(content).toString('base64');

export const chunks = (content: string, size: number): string[] =>
  content.match(new RegExp(`.{1,${size}}`, 'g')) ?? [];

/** RFC 4648, section 6. */
export function base32(content: Buffer): string {
  const bits = [...content].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const symbols = (bits.match(/.{1,5}/g) ?? []).map(
    (group) => alphabet32[Number.parseInt(group.padEnd(5, '0'), 2)] ?? '',
  );
  return symbols.join('').padEnd(Math.ceil(symbols.length / 8) * 8, '=');
}

/** RFC 1924's alphabet, as git and Python have it. */
export function base85(content: Buffer, isPadded = false): string {
  let out = '';
  for (let at = 0; at < content.length; at += 4) {
    const group = Buffer.alloc(4);
    const length = content.copy(group, 0, at, at + 4);
    let value = group.readUInt32BE(0);
    let digits = '';
    for (let index = 0; index < 5; index += 1) {
      digits = `${alphabet85[value % 85] ?? ''}${digits}`;
      value = Math.floor(value / 85);
    }
    out += isPadded ? digits : digits.slice(0, length + 1);
  }
  return out;
}

const escapes: Readonly<Record<string, string>> = { '\n': '@&', '\r': '@#', '>': '@*', '<': '@!', '@': '@$' };

/** As Microsoft's Script Encoder writes it; ASCII. */
export function encodedScript(content: Buffer): string {
  const encoded = [...content.toString('latin1')]
    .map((char, at) => escapes[char] ?? encodedCharacter(char, at))
    .join('');
  return `#@~^${lengthOf(content.length)}${encoded}${lengthOf(content.length)}^#~@`;
}

function encodedCharacter(char: string, at: number): string {
  const alphabet = scriptAlphabets[scriptOrder[at % 64] ?? 0] ?? new Map<number, number>();
  for (const [from, to] of alphabet) if (to === char.charCodeAt(0)) return String.fromCharCode(from);
  return char;
}

function lengthOf(value: number): string {
  const word = Buffer.alloc(4);
  word.writeUInt32LE(value);
  return word.toString('base64');
}
