export { scanBytes, StartedClamav } from './started-clamav.js';
