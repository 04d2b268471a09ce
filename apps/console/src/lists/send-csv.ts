import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { ListPage } from './list-page.js';
import { csvLine, type CsvCell } from './write-csv.js';

/** Rows of one statement; the next are asked for when the receiver took these. */
export const exportedAtOnce = 500;
/** So that spreadsheets read the rest as UTF-8. */
const byteOrderMark = '\ufeff';

export interface CsvExport<Item> {
  /** Of the file; the day is added. */
  readonly name: string;
  readonly columns: readonly string[];
  readonly toCells: (item: Item) => readonly CsvCell[];
  readonly page: (cursor: string | undefined) => Promise<ListPage<Item>>;
}

/** Everything that fits the filters, page by page as the receiver takes it. */
export async function sendCsv<Item>(
  response: ServerResponse,
  { name, columns, toCells, page }: CsvExport<Item>,
): Promise<void> {
  // What is wrong with the request is answered before the file begins.
  let current = await page(undefined);
  response.writeHead(200, {
    'Content-Type': 'text/csv; charset=utf-8',
    'Content-Disposition': `attachment; filename="${name}-${new Date().toISOString().slice(0, 10)}.csv"`,
  });
  response.write(byteOrderMark + csvLine(columns));
  for (;;) {
    const isTaken = response.write(current.items.map((item) => csvLine(toCells(item))).join(''));
    if (!isTaken && !response.destroyed)
      await Promise.race([once(response, 'drain'), once(response, 'close')]);
    if (current.nextCursor === null || response.destroyed) break;
    current = await page(current.nextCursor);
  }
  response.end();
}
