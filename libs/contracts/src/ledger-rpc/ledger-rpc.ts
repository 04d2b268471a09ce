import type { z } from 'zod';
import { holdAnswerSchema } from '../held-mail.js';
import { registryChangesSchema } from '../registry.message.js';
import {
  acceptRequestSchema,
  acceptAnswerSchema,
  admitRequestSchema,
  admitAnswerSchema,
  statesRequestSchema,
  statesAnswerSchema,
  scanRequestSchema,
  reportAnswerSchema,
  holdRequestSchema,
  deleteRequestSchema,
  deleteAnswerSchema,
  deleteAllRequestSchema,
  deleteAllAnswerSchema,
  detectsRequestSchema,
  detectsAnswerSchema,
} from './gateway-requests.js';
import { registryChangesRequestSchema } from './registry-requests.js';
import { beginRequestSchema, beginAnswerSchema } from './scanner-requests.js';
import {
  changeAlertRequestSchema,
  changeAnswerSchema,
  changeAlertsRequestSchema,
  changeAlertsAnswerSchema,
  failedJobChangeRequestSchema,
  rescanRequestSchema,
  rescanKeptRequestSchema,
  rescanKeptAnswerSchema,
  retryFailedJobRequestSchema,
  releaseMailRequestSchema,
  quarantineAnswerSchema,
  deleteKeptRequestSchema,
  refuseHeldRequestSchema,
  forgetVerdictsRequestSchema,
  forgetVerdictsAnswerSchema,
} from './operator-changes.js';

/** Pattern → request and answer. The service in the pattern is the one the broker lets ask it. */
export const ledgerRpc = {
  accept: { pattern: 'ledger.gateway.accept', request: acceptRequestSchema, answer: acceptAnswerSchema },
  admit: { pattern: 'ledger.gateway.admit', request: admitRequestSchema, answer: admitAnswerSchema },
  states: { pattern: 'ledger.gateway.states', request: statesRequestSchema, answer: statesAnswerSchema },
  report: { pattern: 'ledger.gateway.report', request: scanRequestSchema, answer: reportAnswerSchema },
  deleteScans: { pattern: 'ledger.gateway.delete', request: deleteRequestSchema, answer: deleteAnswerSchema },
  deleteAllScans: {
    pattern: 'ledger.gateway.delete-all',
    request: deleteAllRequestSchema,
    answer: deleteAllAnswerSchema,
  },
  detects: { pattern: 'ledger.gateway.detects', request: detectsRequestSchema, answer: detectsAnswerSchema },
  gatewayRegistryChanges: {
    pattern: 'ledger.gateway.registry-changes',
    request: registryChangesRequestSchema,
    answer: registryChangesSchema,
  },
  scannerRegistryChanges: {
    pattern: 'ledger.scanner.registry-changes',
    request: registryChangesRequestSchema,
    answer: registryChangesSchema,
  },
  /** Answered only after the commit. Asked again it is answered the same. */
  hold: { pattern: 'ledger.gateway.hold', request: holdRequestSchema, answer: holdAnswerSchema },
  begin: { pattern: 'ledger.scanner.begin', request: beginRequestSchema, answer: beginAnswerSchema },
  changeAlert: {
    pattern: 'ledger.console.change-alert',
    action: 'alert.change',
    request: changeAlertRequestSchema,
    answer: changeAnswerSchema,
  },
  changeAlerts: {
    pattern: 'ledger.console.change-alerts',
    action: 'alert.change-many',
    request: changeAlertsRequestSchema,
    answer: changeAlertsAnswerSchema,
  },
  rescan: {
    pattern: 'ledger.console.rescan',
    action: 'scan.rescan',
    request: rescanRequestSchema,
    answer: changeAnswerSchema,
  },
  rescanKept: {
    pattern: 'ledger.console.rescan-kept',
    request: rescanKeptRequestSchema,
    answer: rescanKeptAnswerSchema,
  },
  retryFailedJob: {
    pattern: 'ledger.console.retry-failed-job',
    action: 'failed-job.retry',
    request: retryFailedJobRequestSchema,
    answer: changeAnswerSchema,
  },
  deleteFailedJob: {
    pattern: 'ledger.console.delete-failed-job',
    action: 'failed-job.delete',
    request: failedJobChangeRequestSchema,
    answer: changeAnswerSchema,
  },
  forgetVerdicts: {
    pattern: 'ledger.console.forget-verdicts',
    action: 'scan.forget-verdicts',
    request: forgetVerdictsRequestSchema,
    answer: forgetVerdictsAnswerSchema,
  },
  releaseMail: {
    pattern: 'ledger.console.release-mail',
    action: 'quarantine.release',
    request: releaseMailRequestSchema,
    answer: quarantineAnswerSchema,
  },
  refuseHeld: {
    pattern: 'ledger.console.refuse-held',
    action: 'quarantine.refuse',
    request: refuseHeldRequestSchema,
    answer: quarantineAnswerSchema,
  },
  deleteKept: {
    pattern: 'ledger.console.delete-kept',
    action: 'quarantine.delete',
    request: deleteKeptRequestSchema,
    answer: quarantineAnswerSchema,
  },
} as const;
export type LedgerRpc = typeof ledgerRpc;
/** One request kind: what `libs/rpc` needs to ask and to answer it with types. */
export interface RpcDefinition<Request, Answer> {
  readonly pattern: string;
  readonly request: z.ZodType<Request>;
  readonly answer: z.ZodType<Answer>;
}
/** A request that changes something; `action`: how the audit log names it. */
export interface ChangeDefinition<Request, Answer> extends RpcDefinition<Request, Answer> {
  readonly action: string;
}
