import type { OpenedItem } from '../../opened-item.js';

export function* openOdfManifest(): Generator<OpenedItem> {
  yield { kind: 'unexamined', reason: 'encrypted', detail: 'the document is protected by a password' };
}
