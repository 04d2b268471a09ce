import { decodeWords } from '@sluice/contracts';

/** At most so many readings of one parameter: beyond, all of them are contrived. */
const maxReadings = 16;
const longestUnquoted = 1000;

/**
 * What readers take for a parameter of a field (`boundary`, `name`, `filename`, `charset`): the standard's reading first,
 * then those of readers that search for the name, don't unescape, keep or drop quotes, comments and blanks.
 */
export function parameterReadings(value: string, name: string): string[] {
  const readings = new Set<string>();
  const add = (text: string | undefined): void => {
    if (text !== undefined && readings.size < maxReadings) readings.add(text);
  };
  const parameters = splitParameters(value);
  const own = parameters.filter(([key]) => key === name).map(([, text]) => text);
  add(own[0]);
  for (const text of continued(parameters, name)) add(text);
  add(own.at(-1));
  for (const text of own) add(text);
  for (const text of searched(value, name)) {
    add(text);
    add(text.replace(/\\(.)/gs, '$1'));
    add(text.replace(/^'(.*)'$/s, '$1'));
    add(text.trim());
    // A fold within it that is not unfolded to a blank.
    add(text.replace(/\s+/g, ''));
    add(decodeWords(text));
  }
  return [...readings];
}

/** Searches as simple readers do, whatever stands around. */
function* searched(value: string, name: string): Generator<string> {
  const pattern = new RegExp(
    `${name}[ \\t]*=[ \\t\\r\\n]*(?:"((?:[^"\\\\]|\\\\.){0,66000})("?)|([^\\s;]*))`,
    'gis',
  );
  for (const { index, 0: whole, 1: quoted, 2: close, 3: token } of value.matchAll(pattern)) {
    if (quoted !== undefined) {
      yield quoted;
      if (close === '') yield quoted.split(/[;\s]/, 1)[0] ?? '';
      const plain = quoted.indexOf('\\"');
      if (plain >= 0) yield quoted.slice(0, plain + 1);
    } else {
      yield token ?? '';
      yield (token ?? '').split(/[,<>()@[\]\\]/, 1)[0] ?? '';
      yield unquoted(value, index + whole.length - (token ?? '').length);
    }
  }
}

/** To some readers all up to the next semicolon, blanks as well. */
const unquoted = (value: string, start: number): string =>
  (value.slice(start, start + longestUnquoted).split(';', 1)[0] ?? '').trim();

/** `key=value` pairs in order, comments removed, quotes undone. Linear. */
function splitParameters(value: string): [string, string][] {
  const found: [string, string][] = [];
  let key: string | null = null;
  let text = '';
  const finish = (): void => {
    if (key !== null) found.push([key, text]);
    key = null;
    text = '';
  };
  for (let at = 0; at < value.length; at += 1) {
    const char = value[at] as string;
    if (char === '(') at = endOfComment(value, at);
    else if (char === ';') finish();
    else if (char === '=' && key === null) {
      key = text.trim().toLowerCase();
      text = '';
    } else if (char === '"') {
      const [quoted, end] = readQuoted(value, at);
      text += quoted;
      at = end;
    } else if (!/\s/.test(char)) text += char;
  }
  finish();
  return found;
}

/** As readers skip them: one may stand in another. */
export function withoutComments(value: string): string {
  let text = '';
  let from = 0;
  for (let at = value.indexOf('('); at >= 0; at = value.indexOf('(', from)) {
    text += `${value.slice(from, at)} `;
    from = endOfComment(value, at) + 1;
  }
  return text + value.slice(from);
}

function endOfComment(value: string, start: number): number {
  let depth = 0;
  for (let at = start; at < value.length; at += 1) {
    const char = value[at];
    if (char === '\\') at += 1;
    else if (char === '(') depth += 1;
    else if (char === ')' && --depth === 0) return at;
  }
  return value.length;
}

function readQuoted(value: string, start: number): [string, number] {
  let text = '';
  for (let at = start + 1; at < value.length; at += 1) {
    const char = value[at] as string;
    if (char === '"') return [text, at];
    if (char === '\\' && at + 1 < value.length) {
      at += 1;
      text += value[at] as string;
    } else text += char;
  }
  return [text, value.length];
}

interface Piece {
  readonly order: number;
  /** `name*`, which stands alone. */
  readonly isWhole: boolean;
  readonly isEncoded: boolean;
  readonly text: string;
}

/**
 * RFC 2231: `name*0=…; name*1*=…`, percent-encoded where a star ends the name. Readers take all pieces there are, or those up
 * to a number that is missing, of two with one number both or one, and the whole one in place of pieces or beside them.
 */
function continued(parameters: readonly [string, string][], name: string): string[] {
  const all = parameters.flatMap(([key, text]) => pieceOf(key, text, name) ?? []);
  if (all.length === 0) return [];
  const whole = all.filter(({ isWhole }) => isWhole);
  const numbered = all.filter(({ isWhole }) => !isWhole).sort((one, other) => one.order - other.order);
  const firsts = numbered.filter(({ order }, at) => order !== numbered[at - 1]?.order);
  const gap = firsts.findIndex(({ order }, at) => order !== at);
  const lasts = numbered.filter(({ order }, at) => order !== numbered[at + 1]?.order);
  const upToGap = firsts.slice(0, Math.max(0, gap));
  const readings = [[...whole, ...numbered], whole.slice(0, 1), firsts, lasts, upToGap];
  return readings.filter((pieces) => pieces.length > 0).map(joined);
}

function pieceOf(key: string, text: string, name: string): Piece | null {
  const match = /^(.*?)\*(?:(\d{1,4})(\*)?)?$/.exec(key);
  if (match?.[1] !== name) return null;
  const isWhole = match[2] === undefined;
  return { order: Number(match[2] ?? 0), isWhole, isEncoded: isWhole || match[3] !== undefined, text };
}

const joined = (pieces: readonly Piece[]): string =>
  pieces.map(({ isEncoded, text, order }) => (isEncoded ? percentDecoded(text, order) : text)).join('');

function percentDecoded(text: string, order: number): string {
  const encoded = order === 0 ? text.replace(/^[^']*'[^']*'/, '') : text;
  return encoded.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
