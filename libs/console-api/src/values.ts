import { z } from 'zod';

/** ISO 8601 in UTC, as every time of the API is answered. */
export const time = z.iso.datetime();
export const maybeTime = time.nullable();
export const maybeText = z.string().nullable();
export const count = z.int().min(0);

/** What every list of the API answers; `nextCursor` is null on the last page. */
export const listOf = <Item extends z.ZodType>(item: Item) =>
  z.strictObject({ items: z.array(item), nextCursor: maybeText });

/** What every list of the API answers. */
export interface ListPage<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

export const problemSchema = z.strictObject({
  error: z.string(),
  message: z.string(),
  /** Of a request that is not valid: what is wrong with each field. */
  fields: z.record(z.string(), z.string()).optional(),
});
