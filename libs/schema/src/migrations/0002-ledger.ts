import type { MigrationInterface, QueryRunner } from 'typeorm';
import { cannotGoBack } from '../cannot-go-back.js';
import { acceptFunction } from './ledger/accept.js';
import { deleteFunctions } from './ledger/delete-scans.js';
import { alertTables, recordTables, scanTables, statisticsTables } from './ledger/tables.js';
import { rescanFunction } from './ledger/rescan.js';
import { verdictFunction } from './ledger/record-verdicts.js';
import { consoleViews, statisticsViews } from './ledger/views.js';

/**
 * Schema `ledger`, owned by `results`: scans, verdicts, alerts and what keeps them right.
 *
 * Whoever accepts, concludes or hides scans first locks the row `all` of ledger.counters. That makes these
 * transactions serial: no deadlocks, `seq` and alert ids follow the order of commits, limits are exact.
 * The price, one commit at a time, is paid with batches: each function takes many items in one statement.
 */
export class Ledger implements MigrationInterface {
  readonly name = 'ledger1763700000002';

  async up(runner: QueryRunner): Promise<void> {
    const tables = [scanTables, alertTables, recordTables, statisticsTables];
    const functions = [acceptFunction, verdictFunction, deleteFunctions, rescanFunction];
    for (const statement of [...tables, ...functions, consoleViews, statisticsViews])
      await runner.query(statement);
  }

  down(): Promise<void> {
    return cannotGoBack(this.name);
  }
}
