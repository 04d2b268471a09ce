import { ledgerRpc, maxAcceptItems, rpcTimeoutMs } from '@sluice/contracts';
import type { AcceptItem, AcceptOutcome, RpcDefinition, ScanRequest } from '@sluice/contracts';
import { LedgerError } from './ledger.js';
import type { Ledger } from './ledger.js';
import { RequestBatcher } from './request-batcher.js';

/** The part of an RPC client the ledger is asked through. */
export interface Asker {
  readonly isConnected: boolean;
  ask<Request, Answer>(
    definition: RpcDefinition<Request, Answer>,
    request: Request,
    options?: { timeoutMs?: number },
  ): Promise<Answer>;
}

/**
 * One is being committed while the next one travels. More would only make messages smaller: with 4 a message held 1.4
 * scans under load, and accepting cost a quarter more CPU in all (docs/performance.md).
 */
const maxMessages = 2;
const maxWaiting = 5000;
/** A call costs the ledger some 1.4 ms of CPU and 0.09 a scan: a few more in it are worth a wait no caller notices. */
const fillMs = 4;
/** Services of the release before may have started meanwhile. */
const sharesFilesForMs = 30_000;

/** Asks `results` over the broker; accepts and deletes share messages. */
export function createRpcLedger(rpc: Asker): Ledger {
  const bounds = { maxItems: maxAcceptItems, maxMessages, maxWaiting, fillMs, timeoutMs: rpcTimeoutMs };
  const isConnected = (): boolean => rpc.isConnected;
  let sharesFilesUntilMs = Number.NEGATIVE_INFINITY;
  const accepts = new RequestBatcher<AcceptItem, AcceptOutcome>({
    ...bounds,
    isConnected,
    keyOf: ({ registrationId, instance, scanId }) =>
      scanId === null ? null : `${registrationId} ${instance} ${scanId}`,
    send: async (items, timeoutMs) => {
      const { outcomes, sharesFiles } = await rpc.ask(ledgerRpc.accept, { v: 1, items }, { timeoutMs });
      sharesFilesUntilMs = sharesFiles ? performance.now() + sharesFilesForMs : Number.NEGATIVE_INFINITY;
      return outcomes;
    },
  });
  const deletes = new RequestBatcher<ScanRequest, number>({
    ...bounds,
    isConnected,
    // Without the instance: a request without one means all of them.
    keyOf: ({ registrationId, scanId }) => `${registrationId} ${scanId}`,
    send: async (items, timeoutMs) =>
      (await rpc.ask(ledgerRpc.deleteScans, { items }, { timeoutMs })).deleted,
  });
  const ask = async <Request, Answer>(
    definition: RpcDefinition<Request, Answer>,
    request: Request,
  ): Promise<Answer> => {
    if (!rpc.isConnected) throw new LedgerError('unsent', 'not connected');
    try {
      return await rpc.ask(definition, request);
    } catch (cause) {
      throw new LedgerError('unknown', 'no answer', { cause });
    }
  };
  return {
    get isConnected() {
      return rpc.isConnected;
    },
    get sharesFiles() {
      return performance.now() < sharesFilesUntilMs;
    },
    accept: (item) => accepts.ask(item),
    admit: async (caller) => (await ask(ledgerRpc.admit, caller)).isAdmitted,
    states: (request) => ask(ledgerRpc.states, request),
    report: async (request) => (await ask(ledgerRpc.report, request)).report,
    hold: (request) => ask(ledgerRpc.hold, request),
    deleteScan: (request) => deletes.ask(request),
    deleteAllScans: async (request) => void (await ask(ledgerRpc.deleteAllScans, request)),
    detects: (request) => ask(ledgerRpc.detects, request),
  };
}
