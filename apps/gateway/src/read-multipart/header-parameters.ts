export interface HeaderParameters {
  /** What stands before the first parameter, in lower case. */
  readonly value: string;
  /** First occurrence of each, names in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
}

// A value is a token (anything up to `;`) or a quoted string, in which a backslash may stand before any character.
const parameter = /;\s*([^=;\s]+)\s*=\s*(?:"((?:\\[^]|[^"\\])*)"|([^;]*))/g;

/** Reads `value; name=token; name="quoted"` (RFC 9110, 5.6.6). What does not fit the grammar is skipped. */
export function parseHeaderParameters(header: string): HeaderParameters {
  const end = header.indexOf(';');
  const value = (end === -1 ? header : header.slice(0, end)).trim().toLowerCase();
  const parameters = new Map<string, string>();
  if (end === -1) return { value, parameters };
  for (const [, name = '', quoted, token = ''] of header.slice(end).matchAll(parameter)) {
    const key = name.toLowerCase();
    if (!parameters.has(key)) parameters.set(key, quoted === undefined ? token.trim() : unquote(quoted));
  }
  return { value, parameters };
}

/** Only `\"` and `\\` are undone: old clients send Windows paths with bare backslashes. */
const unquote = (quoted: string): string => quoted.replace(/\\(["\\])/g, '$1');
