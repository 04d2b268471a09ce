import type { OpenedItem } from '../../opened-item.js';

/** Nothing here opens it, and nothing here takes it for plain data. */
export function* openClosed(): Generator<OpenedItem> {
  yield { kind: 'unexamined', reason: 'unsupported', detail: 'a container that nothing here opens' };
}

export function* openSealed(): Generator<OpenedItem> {
  yield { kind: 'unexamined', reason: 'encrypted' };
}
