/** `npm run fuzz`: thousands of malformed requests and hostile callers against a running system, and what came back. */
import { prepareServers } from '../launcher/prepare.mjs';

await prepareServers('curl', 'openssl');
const { fuzzCommand } = await import('./dist/fuzz-command.js');
await fuzzCommand(process.argv.slice(2));
