import { hostname } from 'node:os';
import path from 'node:path';
import type { ServiceName } from '@sluice/contracts';
import { isLoopbackHost } from './launcher.config.js';
import type { QuarantineFiles } from './quarantine-keys.js';
import type { Servers } from './start-servers.js';
import type { ListenOptions } from './system-options.js';

export type Environment = Readonly<Record<string, string>>;

/** What the services need to know of each other and of the servers. */
export interface SystemPlan {
  readonly gateway: ListenOptions;
  readonly console: ListenOptions;
  /** Absolute folder of each of these services' own files. */
  readonly folders: { readonly gateway: string; readonly console: string; readonly notifier: string };
  readonly amqpUrls: Readonly<Record<ServiceName, string>>;
  /** Null: the broker is there. */
  readonly amqpAfter: string | null;
  readonly databaseUrls: Servers['databaseUrls'];
  readonly clamd: {
    readonly url: string;
    readonly maxObjectBytes: number | null;
    readonly databaseDirectory: string | null;
  };
  readonly objectStoreUrl: string;
  readonly quarantine: Omit<QuarantineFiles, 'keys'>;
  /** Of gateways and scanners alone. */
  readonly passwordsKey: string;
  /** The project's signatures may judge at first: the gateway is on loopback and no others are there. */
  readonly isTestSignaturesAllowed: boolean;
  /** Before each service's name: instances keep theirs over restarts, so that health shows no ghosts. */
  readonly instancePrefix: string;
}

/** Files of the console, which an operator or the command line reads. */
export const consoleFiles = {
  adminPassword: 'admin-password',
  localToken: 'local-token',
  certificate: 'tls/console.crt',
  key: 'tls/console.key',
} as const;
/** The key that opens what the console sealed. */
export const notifierFiles = { sealingKey: 'sealing-key' } as const;
export const gatewayFiles = { certificate: 'tls/gateway.crt', key: 'tls/gateway.key' } as const;

/** Names of the user's variables a service may see; the others (an owner's DATABASE_URL first of all) stay here. */
const handedOn: Readonly<Record<ServiceName, RegExp>> = {
  gateway: /^(GATEWAY_|OBJECT_STORE_RESERVE_BYTES$)/,
  scanner: /^(SCANNER_|SCAN_QUEUE_TYPE$|YARA_|HASH_|CLAMD_MAX_OBJECT_BYTES$|CLAMD_DATABASE_DIR$)/,
  results: /^(RESULTS_|SCAN_QUEUE_TYPE$|DATABASE_POOL_SIZE$)/,
  console: /^(CONSOLE_|SETTING_|FIRST_SETTING_|OBJECT_STORE_RESERVE_BYTES$)/,
  notifier: /^(NOTIFIER_|RELEASE_|CONSOLE_URL$)/,
};
const handedToAll = /^(LOG_LEVEL|AMQP_HEARTBEAT_SECONDS|TZ|NODE_EXTRA_CA_CERTS)$/;

/** The service's whole environment, but for MANAGEMENT_PORT and what every process has. */
export function serviceEnvironment(
  service: ServiceName,
  plan: SystemPlan,
  variables: Environment,
): Environment {
  return {
    ...pick(variables, (name) => handedToAll.test(name)),
    ...pick(variables, (name) => handedOn[service].test(name) && !isOurs(name)),
    AMQP_URL: plan.amqpUrls[service],
    ...(plan.amqpAfter === null ? {} : { AMQP_AFTER: plan.amqpAfter }),
    MANAGEMENT_HOST: '127.0.0.1',
    ...own[service](plan, variables),
  };
}

const own: Readonly<Record<ServiceName, (plan: SystemPlan, variables: Environment) => Environment>> = {
  gateway: ({ gateway, folders, objectStoreUrl, passwordsKey }, variables) => ({
    GATEWAY_HOST: gateway.host,
    GATEWAY_PORT: String(gateway.port),
    GATEWAY_NAMES: variables['GATEWAY_NAMES'] ?? namesFor(gateway.host),
    GATEWAY_TLS_CERT_FILE:
      variables['GATEWAY_TLS_CERT_FILE'] ?? path.join(folders.gateway, gatewayFiles.certificate),
    GATEWAY_TLS_KEY_FILE: variables['GATEWAY_TLS_KEY_FILE'] ?? path.join(folders.gateway, gatewayFiles.key),
    OBJECT_STORE_URL: objectStoreUrl,
    PASSWORDS_KEY: passwordsKey,
  }),
  scanner: ({ clamd, objectStoreUrl, passwordsKey }) => ({
    CLAMD_URL: clamd.url,
    ...(clamd.databaseDirectory === null ? {} : { CLAMD_DATABASE_DIR: clamd.databaseDirectory }),
    ...(clamd.maxObjectBytes === null ? {} : { CLAMD_MAX_OBJECT_BYTES: String(clamd.maxObjectBytes) }),
    OBJECT_STORE_URL: objectStoreUrl,
    PASSWORDS_KEY: passwordsKey,
  }),
  results: ({ databaseUrls, objectStoreUrl, quarantine }, variables) => ({
    DATABASE_URL: databaseUrls.results,
    OBJECT_STORE_URL: objectStoreUrl,
    QUARANTINE_PUBLIC_KEY_FILE: variables['QUARANTINE_PUBLIC_KEY_FILE'] ?? quarantine.publicKey,
  }),
  console: (plan, variables) => ({
    CONSOLE_HOST: plan.console.host,
    CONSOLE_PORT: String(plan.console.port),
    CONSOLE_NAMES: variables['CONSOLE_NAMES'] ?? namesFor(plan.console.host),
    GATEWAY_PUBLIC_PORT: String(plan.gateway.port),
    CONSOLE_TLS_CERT_FILE:
      variables['CONSOLE_TLS_CERT_FILE'] ?? path.join(plan.folders.console, consoleFiles.certificate),
    CONSOLE_TLS_KEY_FILE:
      variables['CONSOLE_TLS_KEY_FILE'] ?? path.join(plan.folders.console, consoleFiles.key),
    DATABASE_URL: plan.databaseUrls.console,
    OBJECT_STORE_URL: plan.objectStoreUrl,
    QUARANTINE_KEYS_FILE: variables['QUARANTINE_KEYS_FILE'] ?? plan.quarantine.copies.console,
    ADMIN_PASSWORD_FILE: path.join(plan.folders.console, consoleFiles.adminPassword),
    LOCAL_TOKEN_FILE: path.join(plan.folders.console, consoleFiles.localToken),
    ...(plan.isTestSignaturesAllowed ? { FIRST_SETTING_ALLOW_TEST_SIGNATURES: 'true' } : {}),
  }),
  notifier: (plan, variables) => ({
    DATABASE_URL: plan.databaseUrls.notifier,
    NOTIFIER_KEY_FILE:
      variables['NOTIFIER_KEY_FILE'] ?? path.join(plan.folders.notifier, notifierFiles.sealingKey),
    CONSOLE_URL: variables['CONSOLE_URL'] ?? linkTo(plan.console),
    // Where no mail is released it sees no objects either.
    ...(isReleasing(variables)
      ? {
          OBJECT_STORE_URL: plan.objectStoreUrl,
          QUARANTINE_KEYS_FILE: variables['QUARANTINE_KEYS_FILE'] ?? plan.quarantine.copies.notifier,
        }
      : {}),
  }),
};

const isReleasing = (variables: Environment): boolean =>
  ['RELEASE_SMTP_URL', 'RELEASE_SMTP_URL_FILE'].some((name) => (variables[name] ?? '') !== '');

/** Where the launcher decides, a left-over of another run in the user's shell must not. */
const isOurs = (name: string): boolean => /^(GATEWAY|CONSOLE)_(HOST|PORT)(_FILE)?$/.test(name);

function pick(variables: Environment, isWanted: (name: string) => boolean): Environment {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => isWanted(name)));
}

/** What people who get a notification can open. */
function linkTo({ host, port }: ListenOptions): string {
  const name = host === '0.0.0.0' || host === '::' ? hostname() : host;
  return `https://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

function namesFor(host: string): string {
  const names = ['localhost', '127.0.0.1'];
  if (isLoopbackHost(host)) return names.join(',');
  const isWildcard = host === '0.0.0.0' || host === '::';
  return [...names, hostname(), ...(isWildcard ? [] : [host])].join(',');
}

/** Paths a user gave are meant from where the user stood; services run elsewhere. */
export function resolvePaths(variables: Readonly<NodeJS.ProcessEnv>, from: string): Environment {
  const known = Object.entries(variables).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return Object.fromEntries(
    known.map(([name, value]) => [
      name,
      /_(FILE|DIR)$/.test(name) && value !== '' ? path.resolve(from, value) : value,
    ]),
  );
}
