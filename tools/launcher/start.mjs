/** `npm start`: from a fresh clone to a running system. */
import { prepare } from './prepare.mjs';

const root = await prepare();
const { startCommand } = await import('./dist/start-command.js');
const { registerSensor } = await import('../command-line/dist/register-sensor.js');
await startCommand({ root, args: process.argv.slice(2), env: process.env, registerSensor });
