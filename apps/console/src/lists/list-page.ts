import type { ListPage } from '@sluice/console-api';
import { z } from 'zod';
import { badRequest } from '../api/api.errors.js';

export type { ListPage };

/**
 * Cursors hold the sort keys of the last item shown, so that rows added meanwhile neither repeat nor hide any.
 * They are opaque to callers and checked like any other input.
 */
export const writeCursor = (keys: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(keys)).toString('base64url');

export function readCursor<Keys>(cursor: string | undefined, schema: z.ZodType<Keys>): Keys | null {
  if (cursor === undefined) return null;
  const parsed = schema.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString('utf8')));
  if (!parsed.success) throw badRequest('cursor is not one this list gave', { cursor: 'not valid' });
  return parsed.data;
}

/** For lists sorted by one growing id, newest first. */
export const idCursorSchema = z.tuple([z.int().min(0)]);

/** Rows are fetched with one more than the limit; that one only says that there is a next page. */
export function toPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  map: { item: (row: Row) => Item; keys: (row: Row) => readonly (string | number)[] },
): ListPage<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const hasMore = rows.length > limit && last !== undefined;
  return { items: shown.map(map.item), nextCursor: hasMore ? writeCursor(map.keys(last)) : null };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
