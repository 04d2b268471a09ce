/** `npm run sluice -- …`: the operators' command line. */
import { prepare } from '../launcher/prepare.mjs';

const root = await prepare();
const { sluiceCommand } = await import('./dist/sluice-command.js');
process.exitCode = await sluiceCommand({ root, args: process.argv.slice(2), env: process.env });
