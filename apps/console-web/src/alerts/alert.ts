import type { AlertDisposition, AlertState } from '@sluice/contracts';

export type { AlertCard, AlertChangeEntry, AlertRow, RelatedAlert } from '@sluice/console-api';

export interface AlertChange {
  readonly state?: AlertState;
  readonly assignee?: string | null;
  /** Of closed ones only. */
  readonly disposition?: AlertDisposition | null;
  readonly comment?: string;
  /** The state that was seen: what is in another one by now is left as it is. */
  readonly ifState?: AlertState;
}

export const alertFilterKeys = [
  'q',
  'state',
  'importance',
  'technology',
  'source',
  'disposition',
  'rescanned',
  'assignee',
  'sensorId',
  'registrationId',
  'detection',
  'scan',
  'sender',
  'sha256',
  'part',
  'from',
  'until',
  'sort',
] as const;
export type AlertFilter = Record<(typeof alertFilterKeys)[number], string | null>;
