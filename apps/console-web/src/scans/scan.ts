import type { Detection, EngineRun, ScanState, SystemType } from '@sluice/contracts';
import type { ExaminedObject } from '../texts/object-facts.js';

/** `GET /api/scans`, and one of them. */
export interface Scan {
  readonly id: string;
  readonly scanId: string | null;
  readonly sensorInstanceId: string | null;
  readonly sensorId: string;
  readonly systemName: string | null;
  readonly type: SystemType;
  readonly sourceAddress: string;
  readonly state: ScanState;
  readonly reason: string | null;
  readonly reasonText: string | null;
  readonly isVisibleToCaller: boolean;
  readonly rescanOf: string | null;
  readonly object: ExaminedObject;
  readonly times: {
    readonly accepted: string;
    readonly started: string | null;
    readonly finished: string | null;
  };
  readonly queue: string;
  readonly priority: number;
  readonly begins: number;
  readonly attempts: number;
  readonly scanner: string | null;
  readonly detections: readonly Detection[];
  readonly detectionsTotal: number;
  readonly engines: readonly EngineRun[];
}

export const scansPath = '/api/scans';
export const scanFilterKeys = [
  'q',
  'state',
  'type',
  'sensorId',
  'scanId',
  'sha256',
  'from',
  'until',
] as const;
