import type { Rescanned } from '@sluice/console-api';
import type { scanStates } from '@sluice/contracts';
import { storedObject } from './stored-object.js';

/** As `ledger.apply_rescans` writes it. */
export const storedRescanSchema = storedObject<{
  readonly state: (typeof scanStates)[number];
  readonly stateBefore: (typeof scanStates)[number];
  readonly at: string;
  readonly names: readonly string[];
  readonly scanner: string | null;
  readonly decisionSet: string;
  readonly submissionId: string;
}>().nullable();

/** PostgreSQL's JSON has times with its own zone. */
export const rescannedOf = (stored: ReturnType<typeof storedRescanSchema.parse>): Rescanned | null =>
  stored === null
    ? null
    : {
        state: stored.state,
        stateBefore: stored.stateBefore,
        at: new Date(stored.at).toISOString(),
        names: [...stored.names],
        scanner: stored.scanner,
        decisionSet: stored.decisionSet,
        scan: stored.submissionId,
      };
