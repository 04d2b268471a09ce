import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import { damaged } from '../give-part.js';
import { giveRemains } from '../give-remains.js';
import { emlxHead } from './detect-mail.js';

/** A message as Apple's Mail keeps it: its length in a line, the message, what the program notes of it. */
export function* openEmlx(bytes: Buffer, { budget }: OpenContext): Generator<OpenedItem> {
  const [line = '', digits = '0'] = emlxHead.exec(bytes.toString('latin1', 0, 32)) ?? [];
  const end = line.length + Number(digits);
  const message = bytes.subarray(line.length, end);
  budget.takePart();
  budget.takeBytes(message.length, message.length);
  yield { kind: 'part', label: 'message', bytes: message, declaredAs: 'mail' };
  if (end > bytes.length) yield damaged('it ends too early', 'message');
  else yield* giveRemains(bytes, [[end, bytes.length]], budget);
}
