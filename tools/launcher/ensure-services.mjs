/** For `npm test`: PostgreSQL, RabbitMQ and ClamAV are there, or are installed, or the line to install them is printed. */
import { prepare } from './prepare.mjs';

await prepare();
const { ensureServerPackages } = await import('./dist/index.js');
process.exitCode = await ensureServerPackages();
