/** `npm run start-many`: starts many whole systems, side by side and one after another, and counts those that failed. */
import { prepareServers } from '../launcher/prepare.mjs';

await prepareServers();
const { startManyCommand } = await import('./dist/start-many-command.js');
process.exitCode = await startManyCommand(process.argv.slice(2));
