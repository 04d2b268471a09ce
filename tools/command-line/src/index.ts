export { registerSensor } from './register-sensor.js';
export { sluiceCommand } from './sluice-command.js';
