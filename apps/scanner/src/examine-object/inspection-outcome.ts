import { noStreams, type EngineErrorCode } from '@sluice/contracts';
import { SandboxError } from '@sluice/sandbox';
import type { Inspection } from '../inspection/inspection.schema.js';

export type InspectionOutcome =
  | { readonly kind: 'inspected'; readonly inspection: Inspection }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'failed'; readonly code: EngineErrorCode };

/** Of what a process, or the way to it, failed with. */
export function errorCodeOf(error: unknown): EngineErrorCode {
  if (!(error instanceof SandboxError)) return 'crashed';
  switch (error.code) {
    case 'timeout':
    case 'bad-answer':
    case 'source-failed':
      return error.code;
    case 'unavailable':
      return 'unreachable';
    case 'crashed':
    case 'task-failed':
      return 'crashed';
  }
}

/** What a process without engines for parts says of an object that is its own only part. */
export const plainInspection = (detectedType: string): Inspection => ({
  kind: 'inspection',
  detectedType,
  mail: null,
  partCount: 1,
  isOutOfTime: false,
  isCovered: false,
  streams: noStreams,
  unexamined: [],
  unexaminedTotal: 0,
  unexaminedReasons: [],
  unsealedCount: 0,
  runs: [],
});
