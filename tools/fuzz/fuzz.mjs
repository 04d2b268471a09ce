/** `npm run fuzz`: thousands of malformed requests and hostile callers against a running system, and what came back. */
import { prepare } from '../launcher/prepare.mjs';

await prepare();
const { fuzzCommand } = await import('./dist/fuzz-command.js');
await fuzzCommand(process.argv.slice(2));
