import type { AlertState, Detection, EngineRun, Importance, SystemType, Technology } from '@sluice/contracts';
import type { ExaminedObject } from '../texts/object-facts.js';

/** A row of `GET /api/alerts`. */
export interface AlertRow {
  readonly id: number;
  readonly createdAt: string;
  readonly importance: Importance;
  readonly state: AlertState;
  readonly assignee: string | null;
  readonly changedAt: string | null;
  readonly technologies: readonly Technology[];
  readonly names: readonly string[];
  readonly detectionsTotal: number;
  readonly source: SystemType;
  readonly sensorId: string;
  readonly systemName: string | null;
  /** Earlier alerts on the same bytes. */
  readonly seenBefore?: number;
  readonly object: Pick<ExaminedObject, 'name' | 'type' | 'size' | 'sha256'>;
}

export interface AlertChangeEntry {
  readonly at: string;
  readonly operator: string;
  readonly stateBefore: AlertState | null;
  readonly stateAfter: AlertState | null;
  readonly assigneeBefore: string | null;
  readonly assigneeAfter: string | null;
  readonly comment: string | null;
}

export interface RelatedAlert {
  readonly id: number;
  readonly createdAt: string;
  readonly sensorId: string;
  readonly state: AlertState;
}

/** `GET /api/alerts/{id}`. */
export interface AlertCard extends AlertRow {
  readonly object: ExaminedObject;
  readonly scan: {
    readonly id: string;
    readonly scanId: string | null;
    readonly sensorInstanceId: string | null;
    readonly sourceAddress: string;
  };
  readonly times: { readonly submitted: string; readonly started: string | null; readonly finished: string };
  readonly detections: readonly Detection[];
  readonly engines: readonly EngineRun[];
  readonly mail: {
    readonly from: string | null;
    readonly to: readonly string[] | null;
    readonly headers: {
      readonly from: string | null;
      readonly to: readonly string[];
      readonly subject: string | null;
      readonly messageId: string | null;
    } | null;
  } | null;
  readonly changes: readonly AlertChangeEntry[];
  readonly sameObject: readonly RelatedAlert[];
}

export interface AlertChange {
  readonly state?: AlertState;
  readonly assignee?: string | null;
  readonly comment?: string;
}

export const alertFilterKeys = [
  'q',
  'state',
  'importance',
  'technology',
  'source',
  'assignee',
  'sensorId',
  'sender',
  'sha256',
  'from',
  'until',
  'sort',
] as const;
export type AlertFilter = Record<(typeof alertFilterKeys)[number], string | null>;
