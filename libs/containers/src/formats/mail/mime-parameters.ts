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
  add(continued(parameters, name));
  add(own.at(-1));
  for (const text of own) add(text);
  for (const text of searched(value, name)) {
    add(text);
    add(text.replace(/\\(.)/gs, '$1'));
    add(text.replace(/^'(.*)'$/s, '$1'));
    add(text.trim());
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

/** RFC 2231: `name*0=…; name*1*=…`, percent-encoded where a star ends the name. */
function continued(parameters: readonly [string, string][], name: string): string | undefined {
  const pieces = parameters
    .map(([key, text]) => ({ match: /^(.*?)\*(?:(\d{1,4})(\*)?)?$/.exec(key), text }))
    .filter(({ match }) => match?.[1] === name)
    .map(({ match, text }) => ({
      order: Number(match?.[2] ?? 0),
      isEncoded: match?.[2] === undefined || match[3] !== undefined,
      text,
    }))
    .sort((one, other) => one.order - other.order);
  if (pieces.length === 0) return undefined;
  return pieces
    .map(({ isEncoded, text, order }) => (isEncoded ? percentDecoded(text, order) : text))
    .join('');
}

function percentDecoded(text: string, order: number): string {
  const encoded = order === 0 ? text.replace(/^[^']*'[^']*'/, '') : text;
  return encoded.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
