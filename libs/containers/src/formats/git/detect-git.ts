import type { ContainerDetection } from '../../container-format.js';
import { hasAt } from '../../magic.js';

const headBytes = 65_536;

/** Where the pack begins; below 0: there is none. A bundle has lines in front of it. */
export function packStart(bytes: Buffer): number {
  const isBundle = /^# v[23] git bundle\n/.test(bytes.toString('latin1', 0, 20));
  const at = isBundle ? bytes.subarray(0, headBytes).indexOf('\n\nPACK\0\0\0') : 0;
  const start = isBundle && at >= 0 ? at + 2 : at;
  const isPack = hasAt(bytes, start, 'PACK\0\0\0\x02') || hasAt(bytes, start, 'PACK\0\0\0\x03');
  return isPack && start + 32 <= bytes.length ? start : -1;
}

export const gitDetection = {
  name: 'git-pack',
  nature: 'document',
  detect: (bytes) => (packStart(bytes) < 0 ? null : { mime: 'application/x-git', isCertain: true }),
} as const satisfies ContainerDetection;
