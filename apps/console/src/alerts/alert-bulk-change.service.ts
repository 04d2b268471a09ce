import { Injectable } from '@nestjs/common';
import type { AlertBulkChange } from '@sluice/console-api/requests';
import { ledgerRpc, mostAlertsAtOnce } from '@sluice/contracts';
import { LedgerChanges } from '../ledger/ledger-changes.js';
import type { Caller } from '../api/caller.js';
import { AlertQuery } from './alert.query.js';

export interface BulkChangeAnswer {
  /** Those that differed before. */
  readonly changed: number;
  /** Those that were in another state than `ifState`. */
  readonly left: number;
  /** Those looked at in this part. */
  readonly looked: number;
  /** Sent with the same request, goes on with the next part; null: that was all. */
  readonly nextCursor: string | null;
}

/**
 * Changes many alerts, a bounded part per request: each part is one transaction of the ledger and one audit entry, so
 * that an operator sees how far it is, can stop, and a part that failed is simply asked for again.
 */
@Injectable()
export class AlertBulkChangeService {
  constructor(
    private readonly alerts: AlertQuery,
    private readonly ledger: LedgerChanges,
  ) {}

  async change(caller: Caller, body: AlertBulkChange): Promise<BulkChangeAnswer> {
    const { items: alertIds, nextCursor } = await this.part(body);
    if (alertIds.length === 0) return { changed: 0, left: 0, looked: 0, nextCursor: null };
    const { state, assignee, disposition, comment, ifState } = body;
    const change = {
      ...(state === undefined ? {} : { state }),
      ...(assignee === undefined ? {} : { assignee }),
      ...(disposition === undefined ? {} : { disposition }),
      ...(comment === undefined ? {} : { comment }),
      ...(ifState === undefined ? {} : { ifState }),
    };
    const { changed, left } = await this.ledger.ask(caller, {
      definition: ledgerRpc.changeAlerts,
      request: { alertIds: [...alertIds], operator: caller.name, ...change },
    });
    return { changed, left, looked: alertIds.length, nextCursor };
  }

  private async part({ ids, filter = {}, throughId = 0, cursor }: AlertBulkChange) {
    if (ids !== undefined) return { items: ids, nextCursor: null };
    return this.alerts.idsOf(filter, { throughId, cursor, limit: mostAlertsAtOnce });
  }
}
