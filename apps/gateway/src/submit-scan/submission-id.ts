import { randomUUID } from 'node:crypto';

/**
 * UUID version 7 (RFC 9562, 5.7): the time in front keeps the ledger's index in order of arrival. The random part is
 * that of a version 4 one, which Node makes from a cache and therefore without a system call.
 */
export function newSubmissionId(nowMs: number = Date.now()): string {
  const time = nowMs.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
