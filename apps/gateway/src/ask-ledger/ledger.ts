import type {
  AcceptItem,
  AcceptOutcome,
  DetectsRequest,
  HoldAnswer,
  HoldRequest,
  Report,
  ScanRequest,
  StatesAnswer,
  StatesRequest,
} from '@sluice/contracts';

/** The ledger could not be asked, or did not answer in time. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError';
  constructor(
    /** `unsent`: certainly nothing happened. `unknown`: it may have been carried out. */
    readonly code: 'unsent' | 'unknown',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** What the gateway asks `results`. Every method rejects with LedgerError. */
export interface Ledger {
  readonly isConnected: boolean;
  /** All that may come across an object reads those that share a file: as its last answer said, for a while. */
  readonly sharesFiles: boolean;
  accept(item: AcceptItem): Promise<AcceptOutcome>;
  admit(caller: { registrationId: string; isMail: boolean }): Promise<boolean>;
  states(request: StatesRequest): Promise<StatesAnswer>;
  report(request: ScanRequest): Promise<Report | null>;
  /** Has the mail of a scan kept as the only copy there is. */
  hold(request: HoldRequest): Promise<HoldAnswer>;
  /** How many results it removed. */
  deleteScan(request: ScanRequest): Promise<number>;
  deleteAllScans(request: { registrationId: string; instance: string | null }): Promise<void>;
  detects(request: DetectsRequest): Promise<{ detects: Record<string, unknown>[]; lastId: number }>;
}
