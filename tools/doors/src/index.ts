export { startClamavMilter } from './clients/start-clamav-milter.js';
