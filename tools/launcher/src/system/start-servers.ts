import { services, type ServiceName } from '@sluice/contracts';
import {
  startPrivateClamd,
  startPrivatePostgres,
  startPrivateRabbit,
  type ServerContext,
  readOrMakeSecret,
} from '@sluice/private-servers';
import { placeObjects } from './place-objects.js';
import { readScanTimeout } from './read-scan-timeout.js';
import type { ProcessGroup } from './process-group.js';
import type { SystemOptions } from './system-options.js';

/** One value for each service with a database login. */
export type PerRole = Readonly<Record<'results' | 'console' | 'notifier', string>>;

/** Addresses of what the services use, private or the user's. */
export interface Servers {
  /** For `migrate`. */
  readonly ownerUrl: string;
  /** Null: one login serves all. */
  readonly rolePasswords: PerRole | null;
  readonly databaseUrls: PerRole;
  readonly amqpUrls: Readonly<Record<ServiceName, string>>;
  readonly clamd: {
    readonly url: string;
    readonly maxObjectBytes: number | null;
    readonly databaseDirectory: string | null;
    readonly isTestSignatures: boolean;
  };
  readonly objectStoreUrl: string;
}

type Database = Pick<Servers, 'ownerUrl' | 'rolePasswords' | 'databaseUrls'>;

/**
 * Starts what is not given, all at once; only clamd waits for the database, which knows how long a scan may take.
 * `withDatabase` begins as soon as there is one and is waited for: the broker needs longest.
 */
export async function startServers(
  options: SystemOptions,
  { context, group }: { readonly context: ServerContext; readonly group: ProcessGroup },
  withDatabase: (database: Database) => Promise<void>,
): Promise<Servers> {
  const starting = startDatabase(options, context, group);
  const started = await Promise.allSettled([
    starting,
    startBroker(options, group),
    startEngine(options, group, starting),
    starting.then(withDatabase),
  ]);
  const failed = started.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  const [database, amqpUrls, clamd] = started.map(
    (one) => (one as PromiseFulfilledResult<unknown>).value,
  ) as [Database, Servers['amqpUrls'], Servers['clamd']];
  return { ...database, amqpUrls, clamd, objectStoreUrl: placeObjects(options.objectStoreUrl, context) };
}

async function startDatabase(
  options: SystemOptions,
  { secrets }: ServerContext,
  group: ProcessGroup,
): Promise<Database> {
  const given = options.databaseUrl;
  if (given !== undefined) {
    return {
      ownerUrl: given,
      rolePasswords: null,
      databaseUrls: { results: given, console: given, notifier: given },
    };
  }
  const done = options.onStep?.('PostgreSQL');
  const postgres = await startPrivatePostgres(group.serverOptions);
  group.add(postgres);
  done?.(`127.0.0.1:${postgres.port}`);
  const results = readOrMakeSecret(secrets, 'postgres-results');
  const console = readOrMakeSecret(secrets, 'postgres-console');
  const notifier = readOrMakeSecret(secrets, 'postgres-notifier');
  return {
    ownerUrl: postgres.adminUrl,
    rolePasswords: { results, console, notifier },
    databaseUrls: {
      results: postgres.urlFor('sluice_results', results),
      console: postgres.urlFor('sluice_console', console),
      notifier: postgres.urlFor('sluice_notifier', notifier),
    },
  };
}

async function startBroker(options: SystemOptions, group: ProcessGroup): Promise<Servers['amqpUrls']> {
  const given = options.amqpUrl;
  const urlsBy = (urlFor: (service: ServiceName) => string): Servers['amqpUrls'] =>
    Object.fromEntries(services.map((service) => [service, urlFor(service)])) as Servers['amqpUrls'];
  if (given !== undefined) return urlsBy(() => given);
  const done = options.onStep?.('RabbitMQ');
  const rabbit = await startPrivateRabbit(group.serverOptions);
  group.add(rabbit);
  done?.(`127.0.0.1:${rabbit.port}`);
  return urlsBy(rabbit.urlFor);
}

async function startEngine(
  options: SystemOptions,
  group: ProcessGroup,
  database: Promise<Database>,
): Promise<Servers['clamd']> {
  if (options.clamdUrl !== undefined) {
    return { url: options.clamdUrl, maxObjectBytes: null, databaseDirectory: null, isTestSignatures: false };
  }
  const { ownerUrl } = await database;
  const done = options.onStep?.('ClamAV');
  const clamd = await startPrivateClamd({
    ...group.serverOptions,
    threads: clamdThreads(options),
    scanTimeoutSeconds: await readScanTimeout(ownerUrl, options.variables),
    ...(options.officialDatabase === undefined ? {} : { officialDatabase: options.officialDatabase }),
  });
  group.add(clamd);
  done?.(clamd.isTestSignatures ? 'with test signatures only' : 'with the official signatures');
  const { url, maxObjectBytes, databaseDirectory, isTestSignatures } = clamd;
  return { url, maxObjectBytes, databaseDirectory, isTestSignatures };
}

/** Every slot of every scanner, a part beside the object in each, and some for self-tests. */
function clamdThreads({ scanners, variables }: SystemOptions): number {
  const slots =
    Number(variables?.['SCANNER_SLOTS'] ?? 4) +
    Number(variables?.['SCANNER_HEAVY_SLOTS'] ?? 1) +
    Number(variables?.['SCANNER_MAIL_SLOTS'] ?? 1);
  return Math.min(255, Math.max(8, scanners * 2 * (Number.isFinite(slots) ? slots : 6) + 2));
}
