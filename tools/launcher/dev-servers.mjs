/** The private PostgreSQL, RabbitMQ and clamd alone. Usage: node tools/launcher/dev-servers.mjs --home FOLDER */
import { prepare } from './prepare.mjs';

await prepare();
await import('./dist/run-private-servers.js');
