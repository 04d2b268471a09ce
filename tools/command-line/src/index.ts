export { sluiceCommand } from './sluice-command.js';
