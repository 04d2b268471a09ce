import { gunzipSync, constants } from 'node:zlib';
import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import { LimitReached } from '../../walk-limits.js';

const label = 'content';

/** All members of a gzip file as one part. */
export function* openGzip(bytes: Buffer, { budget }: OpenContext): Generator<OpenedItem> {
  budget.takePart();
  const maxOutputLength = Math.max(1, budget.largestPartBytes);
  const whole = attemptGunzip(bytes, maxOutputLength, constants.Z_FINISH);
  const content = whole ?? attemptGunzip(bytes, maxOutputLength, constants.Z_SYNC_FLUSH);
  if (whole === null)
    yield { kind: 'unexamined', reason: 'unsupported', label, isAtOpening: content === null };
  if (whole?.length === 0) yield { kind: 'empty' };
  if (content === null || content.length === 0) return;
  budget.takeBytes(content.length, content.length);
  yield { kind: 'part', label, bytes: content };
}

function attemptGunzip(bytes: Buffer, maxOutputLength: number, finishFlush: number): Buffer | null {
  try {
    return gunzipSync(bytes, { maxOutputLength, finishFlush });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw new LimitReached('container', 'maxPartBytes');
    return null;
  }
}
