/** `npm run bench`: measures the system against floors of the same run. `npm run bench -- accepted latency` runs some. */
import { prepareServers } from '../launcher/prepare.mjs';

const root = await prepareServers();
const { benchCommand } = await import('./dist/bench-command.js');
await benchCommand({ root, args: process.argv.slice(2) });
