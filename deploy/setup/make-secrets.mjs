/**
 * Writes what the compose system needs and no one should know: passwords, the broker's definitions, key pairs.
 * Files that exist are kept, so it may run again, e.g. after a new release wants one more.
 *
 *   node deploy/setup/make-secrets.mjs FOLDER          (in the image: docker compose run --rm setup)
 *   … FOLDER --rotate-quarantine-key                   one more key for what is kept from now on, beside those there are
 *
 * The folder becomes 0700 and stays with whoever owns it on the host. Each file is mounted alone, with the owner and mode
 * it has here, so it belongs to the one user of the container that reads it (0440, the folder owner's group beside it).
 * That takes root in the setup's container; without it files are 0644 and the folder alone protects them.
 */
import { randomBytes, X509Certificate } from 'node:crypto';
import { chmod, chown, mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import path from 'node:path';
import { services } from '@sluice/contracts';
import { addQuarantineKey, currentPublicPem } from '@sluice/object-store';
import { createSealingKeyPair } from '@sluice/notifications';
import { ensureKeyPair } from '@sluice/tls';
import { brokerAdmin, rabbitDefinitions } from '@sluice/private-servers';

/** The user of the services' image, and the `postgres` and `rabbitmq` users of the official images. */
const [serviceUser, serverUser] = [10_001, 999];
const readBy = { postgres_password: serverUser, 'rabbitmq_definitions.json': serverUser };

const [folder, option, ...more] = process.argv.slice(2);
const isRotating = option === '--rotate-quarantine-key';
if (folder === undefined || more.length > 0 || (option !== undefined && !isRotating)) {
  console.error('Usage: node deploy/setup/make-secrets.mjs FOLDER [--rotate-quarantine-key]');
  process.exit(2);
}

const namesOf = (variable) =>
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
  await writeFile(file, text, { mode: 0o600, flag: 'wx' });
  console.log(`made ${name}`);
  return text;
}

// Letters and digits alone: they stand in addresses as they are.
const password = () => randomBytes(24).toString('hex');

/** Makes the pair once: callers pin its fingerprint. Says so when the names asked for are not those it was made for. */
async function keyPair(name, variable) {
  const files = { certFile: path.join(folder, `${name}.crt`), keyFile: path.join(folder, `${name}.key`) };
  const names = namesOf(variable);
  const { certPem } = await ensureKeyPair({ ...files, names });
  const certificate = new X509Certificate(certPem);
  const missing = names.filter(
    (one) => !(isIP(one) === 0 ? certificate.checkHost(one) : certificate.checkIP(one)),
  );
  if (missing.length === 0) return;
  console.warn(
    `${name}.crt does not name ${missing.join(', ')} (${variable}); it was made for: ${certificate.subjectAltName}.\n` +
      `  It was left as it is, because clients pin it. For a new one: remove ${name}.crt from deploy/secrets, run the setup again,\n` +
      `  then docker compose up -d --force-recreate ${name}, and give clients the new fingerprint (its key stays).`,
  );
}

/** Private keys, which console and notifier open kept objects with, newest first; results seals with the newest's public half. */
async function quarantineKeys() {
  const keys = await secret('quarantine_keys', () => addQuarantineKey().privatePems);
  const added = isRotating ? addQuarantineKey(keys) : null;
  if (added !== null) await replace('quarantine_keys', added.privatePems);
  await replace('quarantine_public_key', added?.publicPem ?? currentPublicPem(keys));
  if (added !== null) console.log(`made key ${added.keyId}; older ones stay in quarantine_keys`);
}

/** Never half a file. */
async function replace(name, text) {
  const file = path.join(folder, name);
  await writeFile(`${file}.new`, text, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/** Owner, group and modes of everything in the folder, whoever made it. */
async function protect() {
  const { uid, gid } = await stat(folder);
  await chmod(folder, 0o700);
  const isRoot = process.getuid() === 0;
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name);
    if (name.startsWith('.') || name === 'rabbitmq_admin_password')
      await chown(file, uid, gid).catch(() => {});
    else if (isRoot) await chown(file, readBy[name] ?? serviceUser, gid);
    await chmod(file, isRoot ? 0o440 : 0o644);
  }
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
await replace('rabbitmq_definitions.json', JSON.stringify(rabbitDefinitions(brokerPasswords)));
// Opens what the console sealed for the notifier; every notifier needs the same.
await secret('notifier_sealing_key', () => createSealingKeyPair().privateKeyPem);
await quarantineKeys();
// Seals passwords that callers send with objects; gateways and scanners have it, no one else.
await secret('passwords_key', password);
await keyPair('gateway', 'GATEWAY_NAMES');
await keyPair('console', 'CONSOLE_NAMES');
// The sensor's own: operators accept its fingerprint.
await ensureKeyPair({
  certFile: path.join(folder, 'sensor.crt'),
  keyFile: path.join(folder, 'sensor.key'),
  names: ['Sluice sensor'],
  usage: 'client',
});
await protect();
console.log('Secrets are in deploy/secrets. Next: docker compose up -d');
