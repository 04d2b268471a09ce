import { isIdentifier, scanStates } from '@sluice/contracts';
import type { ScanState } from '@sluice/contracts';

export interface StatesQuery {
  /** Null: all. */
  readonly states: readonly ScanState[] | null;
  /** Null: every instance. */
  readonly instance: string | null;
  /** Null: everything there is. */
  readonly limit: number | null;
  readonly after: string | null;
}

const maxLimit = 10_000;
const maxAfterLength = 64;

/** A string says what is wrong. */
export function readStatesQuery(query: URLSearchParams): StatesQuery | string {
  const states = readList(query, 'state', scanStates);
  if (states === 'unknown') return `state has to be of: ${scanStates.join(', ')}`;
  const instance = readInstanceFilter(query);
  if (instance === 'invalid') return 'sensorInstanceId is not an identifier';
  const limit = readLimit(query, maxLimit);
  if (limit === 'invalid') return `limit has to be 1 to ${maxLimit}`;
  const after = query.get('after') || null;
  if (after !== null && after.length > maxAfterLength) return 'after has to be a value of X-Next-After';
  return { states, instance, limit, after };
}

/** A comma-separated list of known words; blanks around commas and repeated parameters are fine. Null: absent or empty. */
export function readList<Word extends string>(
  query: URLSearchParams,
  name: string,
  known: readonly Word[],
): Word[] | null | 'unknown' {
  const words = query
    .getAll(name)
    .flatMap((text) => text.split(','))
    .map((word) => word.trim())
    .filter((word) => word !== '');
  const found = known.filter((word) => words.includes(word));
  if (words.some((word) => !known.some((one) => one === word))) return 'unknown';
  return words.length === 0 ? null : found;
}

export function readLimit(query: URLSearchParams, max: number): number | null | 'invalid' {
  const text = query.get('limit');
  if (text === null) return null;
  const limit = Number(text);
  return /^\d{1,6}$/.test(text) && limit >= 1 && limit <= max ? limit : 'invalid';
}

/** Null: every instance. */
export function readInstanceFilter(query: URLSearchParams): string | null | 'invalid' {
  const text = query.get('sensorInstanceId') || null;
  return text === null || isIdentifier(text) ? text : 'invalid';
}
