/**
 * Writes what the compose system needs and nobody should know: passwords, the broker's definitions, key pairs.
 * Files that exist are kept, so it may run again, e.g. after a new release wants one more.
 *
 *   node deploy/setup/make-secrets.mjs FOLDER          (in the image: docker compose run --rm setup)
 *
 * The folder is made 0700 and protects the files on the host; the files are 0644, because each is mounted alone into
 * containers whose users have other numbers.
 */
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { services } from '@sluice/contracts';
import { createSealingKeyPair } from '@sluice/notifications';
import { ensureKeyPair } from '@sluice/tls';
import { brokerAdmin, rabbitDefinitions } from '@sluice/tool-launcher';

const folder = process.argv[2];
if (folder === undefined) {
  console.error('Usage: node deploy/setup/make-secrets.mjs FOLDER');
  process.exit(2);
}

const names = (variable) =>
  (process.env[variable] || 'localhost,127.0.0.1')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

/** Text of the secret; made by `make` when there is none yet. */
async function secret(name, make) {
  const file = path.join(folder, name);
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  const text = make();
  await writeFile(file, text, { mode: 0o644, flag: 'wx' });
  console.log(`made ${name}`);
  return text;
}

// Letters and digits alone: they stand in addresses as they are.
const password = () => randomBytes(24).toString('hex');

async function keyPair(name, variable) {
  const files = { certFile: path.join(folder, `${name}.crt`), keyFile: path.join(folder, `${name}.key`) };
  await ensureKeyPair({ ...files, names: names(variable) });
  await chmod(files.keyFile, 0o644);
  await chmod(files.certFile, 0o644);
}

await mkdir(folder, { recursive: true, mode: 0o700 });
const owner = await secret('postgres_password', password);
await secret('migrate_database_url', () => `postgresql://sluice:${owner}@postgres:5432/sluice`);
for (const service of ['results', 'console', 'notifier']) {
  const text = await secret(`${service}_database_password`, password);
  await secret(
    `${service}_database_url`,
    () => `postgresql://sluice_${service}:${text}@postgres:5432/sluice`,
  );
}
const brokerPasswords = { [brokerAdmin]: await secret('rabbitmq_admin_password', password) };
for (const service of services) {
  const url = await secret(`${service}_amqp_url`, () => `amqp://${service}:${password()}@rabbitmq:5672/`);
  brokerPasswords[service] = new URL(url).password;
}
// Written anew each time: permissions and topology are those of this release.
await writeFile(
  path.join(folder, 'rabbitmq_definitions.json'),
  JSON.stringify(rabbitDefinitions(brokerPasswords)),
  {
    mode: 0o644,
  },
);
// Opens what the console sealed for the notifier; every notifier needs the same.
await secret('notifier_sealing_key', () => createSealingKeyPair().privateKeyPem);
await keyPair('gateway', 'GATEWAY_NAMES');
await keyPair('console', 'CONSOLE_NAMES');
console.log(`Secrets are in ${folder}. Next: docker compose up -d --scale scanner=4`);
