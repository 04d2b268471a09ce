import type { ContainerFormat } from './container-format.js';
import type { OpenedItem } from './opened-item.js';

type Items = ReturnType<ContainerFormat['open']>;

/**
 * What comes out of a container whose end is missing: the last part may be cut, and is marked so. Where parts are not given
 * in the order in which they stand (`isInOrder: false`) any may be the last.
 */
export async function* ofBeginning(items: Items, isInOrder: boolean): AsyncGenerator<OpenedItem> {
  let last: OpenedItem | null = null;
  try {
    for await (const item of items) {
      if (item.kind !== 'part') yield item;
      else if (!isInOrder) yield cut(item);
      else {
        if (last !== null) yield last;
        last = item;
      }
    }
  } catch (error) {
    // What came before a limit was reached is judged all the same.
    if (last !== null) yield last;
    throw error;
  }
  if (last !== null) yield cut(last);
}

const cut = (item: OpenedItem): OpenedItem =>
  item.kind === 'part' ? { ...item, isExcerpt: true, isBeginning: true } : item;
