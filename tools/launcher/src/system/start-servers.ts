import { rmSync } from 'node:fs';
import path from 'node:path';
import { services, type ServiceName } from '@sluice/contracts';
import {
  startPrivateClamd,
  startPrivatePostgres,
  startPrivateRabbit,
  type ServerContext,
  readOrMakeSecret,
  writePrivateFile,
} from '@sluice/private-servers';
import { placeObjects } from './place-objects.js';
import { readScanTimeout } from './read-scan-timeout.js';
import type { ProcessGroup, Rank } from './process-group.js';
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
  /** A file that is there once the broker is; null: it is not ours. */
  readonly amqpAfter: string | null;
  readonly clamd: {
    readonly url: string;
    readonly maxObjectBytes: number | null;
    readonly databaseDirectory: string | null;
    readonly isTestSignatures: boolean;
  };
  readonly objectStoreUrl: string;
}

type Database = Pick<Servers, 'ownerUrl' | 'rolePasswords' | 'databaseUrls'>;

/** The broker was to be somewhere else: its port was taken from under it. */
export class BrokerMoved extends Error {}

export interface StartedServers {
  readonly servers: Servers;
  /** Rejects with BrokerMoved as well: what was started with its address is to be started again. */
  readonly brokerReady: Promise<void>;
}

interface Place {
  readonly context: ServerContext;
  readonly group: ProcessGroup;
}

/**
 * Starts what is not given, all at once; only clamd waits for the database, which knows how long a scan may take. The
 * broker needs longest and is not waited for: what else a system starts goes on beside it. `withDatabase` begins as soon as
 * there is one and is waited for.
 */
export async function startServers(
  options: SystemOptions,
  place: Place,
  withDatabase: (database: Database) => Promise<void>,
): Promise<StartedServers> {
  const rank = place.group.nextRank();
  const starting = startDatabase(options, place, rank);
  const broker = startBroker(options, place, rank);
  const started = await Promise.allSettled([
    starting,
    broker.placed,
    startEngine(options, { ...place, rank }, starting),
    starting.then(withDatabase),
  ]);
  const failed = started.find((one) => one.status === 'rejected');
  if (failed !== undefined) {
    await broker.ready.catch(() => undefined);
    throw failed.reason;
  }
  const [database, amqpUrls, clamd] = started.map(
    (one) => (one as PromiseFulfilledResult<unknown>).value,
  ) as [Database, Servers['amqpUrls'], Servers['clamd']];
  const objectStoreUrl = placeObjects(options.objectStoreUrl, place.context);
  return {
    servers: { ...database, amqpUrls, amqpAfter: broker.after, clamd, objectStoreUrl },
    brokerReady: broker.ready,
  };
}

async function startDatabase(
  options: SystemOptions,
  { context: { secrets }, group }: Place,
  rank: Rank,
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
  rank.add(postgres);
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

interface StartingBroker {
  readonly placed: Promise<Servers['amqpUrls']>;
  readonly after: string | null;
  readonly ready: Promise<void>;
}

function startBroker(options: SystemOptions, { context, group }: Place, rank: Rank): StartingBroker {
  const given = options.amqpUrl;
  const urlsBy = (urlFor: (service: ServiceName) => string): Servers['amqpUrls'] =>
    Object.fromEntries(services.map((service) => [service, urlFor(service)])) as Servers['amqpUrls'];
  if (given !== undefined)
    return { placed: Promise.resolve(urlsBy(() => given)), after: null, ready: Promise.resolve() };
  const after = path.join(context.home, 'broker-is-ready');
  rmSync(after, { force: true });
  const done = options.onStep?.('RabbitMQ');
  let firstPort: number | null = null;
  let isPlaced: (urls: Servers['amqpUrls']) => void;
  const placed = new Promise<Servers['amqpUrls']>((resolve) => (isPlaced = resolve));
  const ready = startPrivateRabbit({
    ...group.serverOptions,
    onPlaced: ({ port, urlFor }) => {
      firstPort ??= port;
      isPlaced(urlsBy(urlFor));
    },
  }).then((rabbit) => {
    rank.add(rabbit);
    done?.(`127.0.0.1:${rabbit.port}`);
    if (rabbit.port !== firstPort) throw new BrokerMoved(`RabbitMQ is on port ${rabbit.port}`);
    writePrivateFile(after, '');
  });
  // One that is not even placed has failed.
  return { placed: Promise.race([placed, ready.then(() => placed)]), after, ready };
}

async function startEngine(
  options: SystemOptions,
  { group, rank }: Place & { readonly rank: Rank },
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
  rank.add(clamd);
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
