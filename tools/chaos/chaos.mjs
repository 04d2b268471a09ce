/** `npm run chaos`: breaks every part of a running system under load and counts what became of each submission. */
import { prepareServers } from '../launcher/prepare.mjs';

// The mail part is root's alone.
await prepareServers(...(process.getuid?.() === 0 ? ['postfix'] : []));
const { chaosCommand } = await import('./dist/chaos-command.js');
await chaosCommand(process.argv.slice(2));
