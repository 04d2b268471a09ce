export type { ListPage } from '@sluice/console-api';
