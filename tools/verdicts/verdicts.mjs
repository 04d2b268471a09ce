/** `npm run verdicts`: what becomes of the test file in every kind of file and mail, engine by engine. */
import { prepareServers } from '../launcher/prepare.mjs';

await prepareServers();
const { verdictsCommand } = await import('./dist/verdicts-command.js');
await verdictsCommand(process.argv.slice(2));
