import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import { mailWithin } from './mail-within.js';

/** From its first field to the end of the file, which may be another thing's: that it is cut says nothing. */
export function* openMailWithin(bytes: Buffer, { budget }: OpenContext): Generator<OpenedItem> {
  const start = mailWithin(bytes) ?? bytes.length;
  budget.takePart();
  budget.takeView(bytes.subarray(start));
  yield {
    kind: 'part',
    label: `mail at ${start}`,
    bytes: bytes.subarray(start),
    declaredAs: 'mail',
    isExcerpt: true,
  };
}
