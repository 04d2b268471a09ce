/** `npm run chaos`: breaks every part of a running system under load and counts what became of each submission. */
import { prepare } from '../launcher/prepare.mjs';

await prepare();
const { chaosCommand } = await import('./dist/chaos-command.js');
await chaosCommand(process.argv.slice(2));
