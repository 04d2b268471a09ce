/** The private PostgreSQL, RabbitMQ and clamd alone. Usage: node tools/launcher/dev-servers.mjs --home FOLDER */
import { prepareServers } from './prepare.mjs';

await prepareServers();
await import('./dist/run-private-servers.js');
