/** `npm start`: from a fresh clone to a running system. */
import { prepare } from './prepare.mjs';

const root = await prepare();
const { startCommand } = await import('./dist/start-command.js');
// The command line is made of the launcher; only here, where the product begins, do both meet.
const commandLine = new URL('../command-line/dist/register-sensor.js', import.meta.url);
const registerSensor = async (...sensor) => (await import(commandLine.href)).registerSensor(...sensor);
await startCommand({ root, args: process.argv.slice(2), env: process.env, registerSensor });
