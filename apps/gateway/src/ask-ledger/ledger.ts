import type {
  AcceptItem,
  AcceptOutcome,
  DetectsRequest,
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
  accept(item: AcceptItem): Promise<AcceptOutcome>;
  admit(caller: { registrationId: string; isMail: boolean }): Promise<boolean>;
  states(request: StatesRequest): Promise<StatesAnswer>;
  report(request: ScanRequest): Promise<Report | null>;
  /** How many results it removed. */
  deleteScan(request: ScanRequest): Promise<number>;
  deleteAllScans(request: { registrationId: string; instance: string | null }): Promise<void>;
  detects(request: DetectsRequest): Promise<{ detects: Record<string, unknown>[]; lastId: number }>;
}
