/** `npm run verdicts`: what becomes of the test file in every kind of file and mail, engine by engine. */
import { prepare } from '../launcher/prepare.mjs';

await prepare();
const { verdictsCommand } = await import('./dist/verdicts-command.js');
await verdictsCommand(process.argv.slice(2));
