/**
 * The operators' command line in compose: docker compose exec console sluice COMMAND. It runs beside the console, whose
 * loopback address is where its token is good.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { sluiceCommand } from '@sluice/tool-command-line';

const state = '/var/lib/sluice/console';
const home = path.join(state, 'command-line');
/** Where things are in the console's container: see docker-compose.yml. */
const system = {
  gatewayUrl: 'https://balancer:8443',
  consoleUrl: 'https://127.0.0.1:9443',
  gatewayCertificate: '/run/secrets/gateway_certificate',
  consoleCertificate: '/run/secrets/console_certificate',
  localToken: path.join(state, 'local-token'),
  logs: 'docker compose logs',
  launcherPid: 1,
};

async function firstPassword() {
  try {
    console.log((await readFile(path.join(state, 'admin-password'), 'utf8')).trim());
    return 0;
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    console.error(
      '✗ There is no first password: it was changed, or the console has not started yet (docker compose ps console).\n' +
        '  Lost it? docker compose exec console sluice operators reset-password admin',
    );
    return 2;
  }
}

const args = process.argv.slice(2);
if (args[0] === 'first-password') {
  process.exitCode = await firstPassword();
} else {
  await mkdir(home, { recursive: true, mode: 0o700 });
  // The command line finds its system by this file.
  await writeFile(path.join(home, 'system.json'), JSON.stringify(system), { mode: 0o600 });
  process.exitCode = await sluiceCommand({
    root: '/sluice',
    args,
    env: { ...process.env, SLUICE_HOME: home },
  });
}
