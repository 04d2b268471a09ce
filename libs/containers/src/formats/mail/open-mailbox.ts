import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import { splitMailbox } from './looks-like-mail.js';

export function* openMailbox(bytes: Buffer, { budget }: OpenContext): Generator<OpenedItem> {
  let count = 0;
  for (const mail of splitMailbox(bytes)) {
    count += 1;
    budget.takePart();
    yield { kind: 'part', label: `message ${count}`, bytes: mail, declaredAs: 'mail' };
  }
}
