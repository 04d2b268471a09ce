/** For `npm test`: the programs that make samples of kinds are there, or are installed, or the line to install them is printed. */
import { prepare } from '../launcher/prepare.mjs';

await prepare();
const { requireTools } = await import('./dist/making/require-tools.js');
await requireTools((line) => console.log(line));
