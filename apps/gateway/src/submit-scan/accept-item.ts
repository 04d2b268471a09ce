import type { AcceptItem } from '@sluice/contracts';
import type { Exchange } from '../answer-requests/exchange.js';
import type { AcceptedCaller } from '../authorise-callers/authorise-caller.js';
import { readWaitSeconds } from '../hold-requests/wait-seconds.js';
import type { StoredObject } from './object-draft.js';
import type { ScanForm } from './scan-form.js';
import { newSubmissionId } from './submission-id.js';

interface AcceptInput {
  readonly exchange: Exchange;
  readonly caller: AcceptedCaller;
  readonly form: ScanForm;
  readonly object: StoredObject;
  readonly objectName: string | null;
  readonly passwordsMark: string | null;
}

/** What the ledger is asked to record of a submission. */
export function toAcceptItem(parts: AcceptInput): AcceptItem {
  const { exchange, caller, form, object, objectName, passwordsMark } = parts;
  const submissionId = newSubmissionId();
  // Who waits for a report needs a name to ask again by.
  const isWaiting = readWaitSeconds(exchange.target.query, 1) === 1;
  return {
    submissionId,
    sensorId: caller.sensorId,
    fingerprint: caller.fingerprint,
    registrationId: caller.registrationId,
    ...form,
    scanId: form.scanId ?? (isWaiting ? submissionId : null),
    rcptTo: [...form.rcptTo],
    ...object,
    objectName,
    sourceAddress: exchange.connection.address,
    hasMailQueue: true,
    takesDone: true,
    onlyIfKnown: false,
    ...(passwordsMark !== null && { passwordsMark }),
  };
}
