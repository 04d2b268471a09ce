/** `npm run doors`: real mail servers and clients of clamd before one Sluice system, and what became of their mails and files. */
import { prepareServers } from '../launcher/prepare.mjs';

const root = await prepareServers();
const { doorsCommand } = await import('./dist/doors-command.js');
await doorsCommand({ root, args: process.argv.slice(2), env: process.env });
