export type { Operator } from '@sluice/console-api';
