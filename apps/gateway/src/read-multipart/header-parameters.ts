export interface HeaderParameters {
  /** What stands before the first parameter, in lower case. */
  readonly value: string;
  /** First occurrence of each, names in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
}

// A value is a token (anything up to `;`) or a quoted string, in which a backslash may stand before any character.
const parameter = /;\s*([^=;\s]+)\s*=\s*(?:"((?:\\[^]|[^"\\])*)"|([^;]*))/g;
// In Shift-JIS, GBK and Big5 a backslash is the second byte of some characters (ソ, 表, 功): it escapes nothing there. Each
// byte fits one alternative only, so that nothing is read in many ways.
const parameterInBytes =
  /;\s*([^=;\s]+)\s*=\s*(?:"((?:[\x81-\x9f\xe0-\xfc]\\|\\[^]|(?![\x81-\x9f\xe0-\xfc]\\)[^"\\])*)"|([^;]*))/g;

/**
 * Reads `value; name=token; name="quoted"` (RFC 9110, 5.6.6). What does not fit the grammar is skipped. `isInBytes`: a
 * character of it is a byte, of a charset that no one named.
 */
export function parseHeaderParameters(header: string, isInBytes = false): HeaderParameters {
  const end = header.indexOf(';');
  const value = (end === -1 ? header : header.slice(0, end)).trim().toLowerCase();
  const parameters = new Map<string, string>();
  if (end === -1) return { value, parameters };
  for (const [, name = '', quoted, token = ''] of header
    .slice(end)
    .matchAll(isInBytes ? parameterInBytes : parameter)) {
    const key = name.toLowerCase();
    if (!parameters.has(key))
      parameters.set(key, quoted === undefined ? token.trim() : unquote(quoted, isInBytes));
  }
  return { value, parameters };
}

/** Only `\"` and `\\` are undone: old clients send Windows paths with bare backslashes. */
const unquote = (quoted: string, isInBytes: boolean): string => {
  if (!quoted.includes('\\')) return quoted;
  return isInBytes
    ? quoted.replace(/([\x81-\x9f\xe0-\xfc]\\)|\\(["\\])/g, '$1$2')
    : quoted.replace(/\\(["\\])/g, '$1');
};
