import type { OpenedItem } from '../../opened-item.js';

export function* openOle(): Generator<OpenedItem> {
  yield { kind: 'unexamined', reason: 'encrypted' };
}
