export { until } from '@sluice/timing';
