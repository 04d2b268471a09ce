export { Line } from './line.js';
