import path from 'node:path';
import { makeDirectory, writeSecretOf, type ServerContext } from '@sluice/private-servers';
import type { Environment } from './service-environments.js';

/** Variables with a login in them. Services read each `NAME` from the file that `NAME_FILE` names as well. */
const secretName = /^(AMQP_URL|DATABASE_URL|RELEASE_SMTP_URL|\w+_(PASSWORD|SECRET|TOKEN|KEY))$/;

/**
 * The environment with files in the place of secrets: every process of an account can read the environments of its
 * processes (/proc/PID/environ), and they show in crash reports. The files lie where parsers see nothing (see
 * SECURITY.md), each service's own in a folder of its own, readable by the service's account alone.
 */
export function hideSecrets(
  service: { readonly name: string; readonly environment: Environment },
  { home, account }: Pick<ServerContext, 'home' | 'account'>,
): Environment {
  const logins = makeDirectory(path.join(home, 'logins'), 'passable', account);
  const folder = makeDirectory(path.join(logins, service.name), 'readable', account);
  const hidden = Object.entries(service.environment).map(([name, value]): [string, string | undefined] => {
    if (!secretName.test(name)) return [name, value];
    const file = path.join(folder, name.toLowerCase());
    writeSecretOf(account, file, `${value}\n`);
    return [`${name}_FILE`, file];
  });
  return Object.fromEntries(hidden) as Environment;
}
