/** `npm run compose-check`: runs docker-compose.yml on a Docker engine and stand-in images of its own, and tries what the docs promise. */
import { prepare } from '../launcher/prepare.mjs';

const root = await prepare();
const { composeCheckCommand } = await import('./dist/compose-check-command.js');
// After Ctrl-C some of the checks may still wait for what is gone.
process.exit(await composeCheckCommand({ root, args: process.argv.slice(2) }));
