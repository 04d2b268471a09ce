export type { Scan, ScanCard } from '@sluice/console-api';

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
  'finishedFrom',
  'finishedUntil',
  'sort',
] as const;
