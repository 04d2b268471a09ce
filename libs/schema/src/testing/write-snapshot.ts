import { writeFileSync } from 'node:fs';
import pg from 'pg';
import { migrate } from '../migrate.js';
import { describeSchema } from './describe-schema.js';

/** `npm run schema`: writes what an empty database becomes. Usage: write-snapshot.js FILE, with TEST_DATABASE_URL. */
const url = process.env['TEST_DATABASE_URL'];
const [file] = process.argv.slice(2);
if (url === undefined || file === undefined)
  throw new Error('give a FILE, and TEST_DATABASE_URL an empty database');
const password = 'for-the-snapshot';
await migrate(url, { resultsPassword: password, consolePassword: password, notifierPassword: password });
const client = new pg.Client({ connectionString: url });
await client.connect();
writeFileSync(file, await describeSchema((sql) => client.query(sql)));
await client.end();
console.log(`written: ${file}`);
