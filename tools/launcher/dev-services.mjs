/** The private PostgreSQL, RabbitMQ and clamd alone. Usage: node tools/launcher/dev-services.mjs --home FOLDER */
import { execFileSync } from 'node:child_process';
import path from 'node:path';

const build = path.resolve(import.meta.dirname, '../build/build.mjs');
execFileSync(process.execPath, [build, 'libs/contracts', 'tools/launcher'], { stdio: 'inherit' });
await import('./dist/run-private-servers.js');
