import type { OpenedItem } from '../../opened-item.js';

/** Nothing here opens it, and nothing here takes it for plain data. */
export function* openClosed(): Generator<OpenedItem> {
  yield { kind: 'unexamined', reason: 'unsupported' };
}
