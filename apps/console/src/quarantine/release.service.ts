import { Inject, Injectable } from '@nestjs/common';
import type { HeldRefusal, QuarantineDeletion, ReleaseRequest } from '@sluice/console-api/requests';
import { ledgerRpc, type QuarantineOutcome } from '@sluice/contracts';
import { readRow, type Database } from '@sluice/database';
import { z } from 'zod';
import type { Caller } from '../api/caller.js';
import { conflict } from '../api/api.errors.js';
import { databaseToken } from '../connections/connection-tokens.js';
import { LedgerChanges } from '../ledger/ledger-changes.js';

const releasesToRowSchema = z.object({ releases_to: z.string().nullable() });

@Injectable()
export class ReleaseService {
  constructor(
    @Inject(databaseToken) private readonly database: Database,
    private readonly ledger: LedgerChanges,
  ) {}

  async release(caller: Caller, { ids, form, to, detectedSince, comment }: ReleaseRequest) {
    await this.requireReceiver();
    const submissionIds = [...new Set(ids)];
    const { outcomes } = await this.ledger.ask(caller, {
      definition: ledgerRpc.releaseMail,
      request: {
        submissionIds,
        operator: caller.name,
        operatorKind: caller.kind,
        form,
        to: to ?? null,
        ...(detectedSince && { detectedSince }),
        ...commented(comment),
      },
    });
    return changeOf(submissionIds, outcomes);
  }

  /** Its sender is told the same way as released mail goes. */
  async refuse(caller: Caller, { ids, comment }: HeldRefusal) {
    await this.requireReceiver();
    const submissionIds = [...new Set(ids)];
    const { outcomes } = await this.ledger.ask(caller, {
      definition: ledgerRpc.refuseHeld,
      request: { submissionIds, operator: caller.name, ...commented(comment) },
    });
    return changeOf(submissionIds, outcomes);
  }

  async delete(caller: Caller, { ids, comment }: QuarantineDeletion) {
    const submissionIds = [...new Set(ids)];
    const { outcomes } = await this.ledger.ask(caller, {
      definition: ledgerRpc.deleteKept,
      request: { submissionIds, operator: caller.name, ...commented(comment) },
    });
    return changeOf(submissionIds, outcomes);
  }

  /** What waits for a receiver that no one configured would wait for ever. */
  private async requireReceiver(): Promise<void> {
    const { rows } = await this.database.query('SELECT releases_to FROM deliveries.sealing_key');
    if ((readRow(releasesToRowSchema, rows)?.releases_to ?? null) === null)
      throw conflict('no notifier knows where to send released mail: set its RELEASE_SMTP_URL');
  }
}

const commented = (comment: string | undefined) => (comment === undefined ? {} : { comment });

const changeOf = (ids: readonly string[], outcomes: readonly QuarantineOutcome[]) => ({
  items: ids.map((id, at) => ({ id, outcome: outcomes[at] ?? 'not-found' })),
});
