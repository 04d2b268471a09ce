import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { services, type ServiceName } from '@sluice/contracts';
import { StartError } from '../start.errors.js';
import { isListening } from '../ports/is-listening.js';
import { startOnPorts } from '../ports/start-on-ports.js';
import { SupervisedProcess } from '../processes/supervised-process.js';
import { makeDirectory } from '../files/directories.js';
import { emptyDirectory } from '../files/empty-directory.js';
import { readOrMakeSecret, writePrivateFile, writeSecretOf } from '../files/private-files.js';
import { findProgram, isExecutable, versionedFolders } from '../find-program.js';
import {
  plainEnvironment,
  prepareContext,
  type PrivateServerOptions,
  type ServerContext,
} from '../private-server.js';
import {
  descriptionsWithoutModules,
  findApplications,
  foldersToLookInFirst,
  type ErlangApplications,
} from './erlang-code.js';
import { isOurBroker, isRegistered } from './probe-broker.js';
import {
  afterBoot,
  definitionsName,
  rabbitConfiguration,
  rabbitConfigurationName,
} from './rabbit-configuration.js';
import { brokerAdmin, rabbitDefinitions, type BrokerPasswords } from './rabbit-definitions.js';

export interface PrivateRabbit {
  readonly port: number;
  /** The administrator's: may do everything. */
  readonly adminUrl: string;
  /** With the permissions of that service, and no more. */
  urlFor(service: ServiceName): string;
  /** For chaos: what to kill. `rabbitmq` first, then its port mapper `epmd`. */
  readonly processes: readonly SupervisedProcess[];
  stop(): Promise<void>;
}

export interface PrivateRabbitOptions extends PrivateServerOptions {
  /**
   * Told where it will be, before it is there: no one may show it a password until it is. Told again when it has to go to
   * another port.
   */
  readonly onPlaced?: (place: Pick<PrivateRabbit, 'port' | 'urlFor'>) => void;
}

/**
 * A RabbitMQ of its own under `home`: own node name, port mapper, cookie and data, listening on loopback only. Its users
 * and queues come from definitions loaded at every boot (see rabbit-definitions.ts).
 */
export async function startPrivateRabbit(options: PrivateRabbitOptions): Promise<PrivateRabbit> {
  const context = prepareContext(options);
  const program = findRabbitProgram();
  const epmd = findEpmd();
  if (program === null || epmd === null) {
    throw new StartError('RabbitMQ is not installed.', 'apt-get install rabbitmq-server');
  }
  const directory = makeDirectory(path.join(context.home, 'rabbitmq'), 'readable', context.account);
  const passwords = readPasswords(context);
  const clusterName = `sluice-${readOrMakeSecret(context.secrets, 'amqp-cluster-name')}`;
  return startOnPorts(
    context.ports,
    ['rabbitmq', 'rabbitmq-distribution', 'epmd'],
    async ({ rabbitmq: port, 'rabbitmq-distribution': distributionPort, epmd: epmdPort }) => {
      const place = { directory, clusterName, port, distributionPort, epmdPort };
      options.onPlaced?.({ port, urlFor: (service) => urlOf(service, place, passwords) });
      const applications = findApplications(program, epmd);
      writeConfiguration(place, { passwords, applications }, context);
      return startNode({ place, passwords, applications, programs: { server: program, epmd } }, context);
    },
  );
}

interface NewNode {
  readonly place: RabbitPlace;
  readonly passwords: BrokerPasswords;
  readonly applications: ErlangApplications;
  readonly programs: { readonly server: string; readonly epmd: string };
}

async function startNode(
  { place, passwords, applications, programs }: NewNode,
  context: ServerContext,
): Promise<PrivateRabbit> {
  const ownUrl = (user: keyof BrokerPasswords): string => urlOf(user, place, passwords);
  const mapper = new SupervisedProcess(epmdProcess(programs.epmd, place, context), context);
  const server = new SupervisedProcess(
    {
      ...rabbitProcess(programs.server, { place, applications }, context),
      isReady: async (pid) =>
        isListening(pid, place.port) &&
        (await isRegistered(place)) &&
        (await isOurBroker({ port: place.port, clusterName: place.clusterName, url: ownUrl(brokerAdmin) })),
    },
    context,
  );
  const stop = async (): Promise<void> => {
    await server.stop();
    await mapper.stop();
  };
  const firstBoot = noteFirstBoot(place, context);
  try {
    await mapper.start();
    await server.start();
  } catch (error) {
    await stop();
    throw error;
  }
  firstBoot.done();
  return {
    port: place.port,
    adminUrl: ownUrl(brokerAdmin),
    urlFor: ownUrl,
    processes: [server, mapper],
    stop,
  };
}

const urlOf = (user: keyof BrokerPasswords, { port }: RabbitPlace, passwords: BrokerPasswords): string =>
  `amqp://${user}:${passwords[user]}@127.0.0.1:${port}`;

/**
 * A first boot that was cut short leaves half a database that no later boot can read; there is nothing in it yet. Noted
 * beside it, where only the launcher writes.
 */
function noteFirstBoot({ directory }: RabbitPlace, { account, identity }: ServerContext): { done(): void } {
  const note = path.join(directory, 'first-boot');
  const data = path.join(directory, 'data');
  if (!existsSync(data)) writePrivateFile(note, 'The first boot is not over.\n');
  makeDirectory(data, 'service', account);
  if (existsSync(note)) emptyDirectory(data, identity);
  return { done: () => rmSync(note, { force: true }) };
}

const erlangHome = 'erlang';
/** In the folder the node is started in. */
const descriptionsFolder = 'applications';

interface RabbitPlace {
  readonly directory: string;
  /** Ours alone; the broker says it before anyone shows a password. */
  readonly clusterName: string;
  readonly port: number;
  readonly distributionPort: number;
  readonly epmdPort: number;
}

/** Not the wrapper in /usr/sbin: that one switches to another user, or refuses. */
export function findRabbitProgram(): string | null {
  const candidates = [
    '/usr/lib/rabbitmq/bin',
    ...versionedFolders('/usr/lib/rabbitmq/lib').map((folder) => path.join(folder, 'sbin')),
    '/opt/rabbitmq/sbin',
    '/opt/homebrew/opt/rabbitmq/sbin',
    '/usr/local/opt/rabbitmq/sbin',
  ];
  return candidates.map((folder) => path.join(folder, 'rabbitmq-server')).find(isExecutable) ?? null;
}

function findEpmd(): string | null {
  const runtimes = versionedFolders('/usr/lib/erlang').filter((folder) =>
    path.basename(folder).startsWith('erts'),
  );
  return findProgram(
    'epmd',
    runtimes.map((folder) => path.join(folder, 'bin')),
  );
}

function readPasswords({ secrets }: ServerContext): BrokerPasswords {
  const names = [brokerAdmin, ...services] as const;
  const entries = names.map((name) => [name, readOrMakeSecret(secrets, `amqp-${name}`)] as const);
  return Object.fromEntries(entries) as unknown as BrokerPasswords;
}

function writeConfiguration(
  place: RabbitPlace,
  { passwords, applications }: Pick<NewNode, 'passwords' | 'applications'>,
  context: ServerContext,
): void {
  const { account } = context;
  const { directory } = place;
  // Whoever knows the cookie is the broker's master, and the port for it is open to every account of this machine. The
  // one that Erlang would make by itself follows from the time of its start.
  const home = makeDirectory(path.join(directory, erlangHome), 'readable', account);
  writeSecretOf(
    account,
    path.join(home, '.erlang.cookie'),
    readOrMakeSecret(context.secrets, 'erlang-cookie'),
  );
  writePrivateFile(
    path.join(directory, definitionsName),
    JSON.stringify(rabbitDefinitions(passwords, place.clusterName), null, 1),
    account,
  );
  writePrivateFile(path.join(directory, 'enabled_plugins'), '[].\n', account);
  // Of a release before: it would be read instead.
  rmSync(path.join(directory, 'rabbitmq.conf'), { force: true });
  writePrivateFile(path.join(directory, `${rabbitConfigurationName}.config`), rabbitConfiguration(), account);
  // Those of programs that were updated since do not stay.
  rmSync(path.join(directory, descriptionsFolder), { recursive: true, force: true });
  const descriptions = makeDirectory(path.join(directory, descriptionsFolder), 'readable', account);
  for (const [name, text] of descriptionsWithoutModules(applications))
    writeFileSync(path.join(descriptions, name), text, { mode: 0o644 });
  // None are enabled; looked for among those that are installed, each of them would be read.
  makeDirectory(path.join(directory, 'plugins'), 'readable', account);
}

function epmdProcess(epmd: string, { directory, epmdPort }: RabbitPlace, { logs }: ServerContext) {
  return {
    name: 'epmd',
    command: epmd,
    // In the foreground and ours: one that RabbitMQ starts by itself would outlive it.
    args: ['-port', String(epmdPort), '-address', '127.0.0.1'],
    env: plainEnvironment(directory),
    cwd: directory,
    logFile: path.join(logs, 'epmd.log'),
    stopSignal: 'SIGTERM' as const,
    stopTimeoutMs: 2000,
    readyTimeoutMs: 10_000,
    order: 21,
    isReady: (pid: number) => isListening(pid, epmdPort),
  };
}

function rabbitProcess(
  program: string,
  { place, applications }: Pick<NewNode, 'place' | 'applications'>,
  { logs }: ServerContext,
) {
  return {
    name: 'rabbitmq',
    command: program,
    args: [],
    env: rabbitEnvironment(place, [descriptionsFolder, ...foldersToLookInFirst(applications)]),
    cwd: place.directory,
    logFile: path.join(logs, 'rabbitmq.log'),
    stopSignal: 'SIGTERM' as const,
    stopTimeoutMs: 20_000,
    readyTimeoutMs: 90_000,
    order: 20,
  };
}

function rabbitEnvironment(place: RabbitPlace, codeFolders: readonly string[]): Record<string, string> {
  const { directory, port, distributionPort, epmdPort } = place;
  const inside = (name: string): string => path.join(directory, name);
  return {
    ...plainEnvironment(inside(erlangHome)),
    // Makes the start script become the server instead of waiting for it: one process, one id to signal.
    RUNNING_UNDER_SYSTEMD: 'true',
    RABBITMQ_NODENAME: 'sluice@localhost',
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    // None of these is there: neither must those of the machine's own RabbitMQ be read. See rabbit-configuration.ts.
    RABBITMQ_CONFIG_FILE: inside('rabbitmq.conf'),
    RABBITMQ_CONFIG_FILES: inside('conf.d'),
    RABBITMQ_ADVANCED_CONFIG_FILE: inside('advanced.config'),
    RABBITMQ_ENABLED_PLUGINS_FILE: inside('enabled_plugins'),
    RABBITMQ_PLUGINS_DIR: inside('plugins'),
    RABBITMQ_MNESIA_BASE: inside('data'),
    RABBITMQ_GENERATED_CONFIG_DIR: inside('data'),
    RABBITMQ_LOG_BASE: inside('data'),
    RABBITMQ_PID_FILE: inside('data/rabbitmq.pid'),
    RABBITMQ_DIST_PORT: String(distributionPort),
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(port),
    // Threads bound to cores are for machines that run nothing else; here they would wait for a core that is taken.
    RABBITMQ_SCHEDULER_BIND_TYPE: 'u',
    // Erlang's table of processes has room for a million by default, in memory: 10 MiB for what uses some hundred.
    RABBITMQ_MAX_NUMBER_OF_PROCESSES: '65536',
    // Schedulers that have nothing to do sleep at once; by default they spin for a while first, which others pay for.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: [
      '-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none',
      `-config ${rabbitConfigurationName}`,
      `-eval ${afterBoot}`,
      '-pa',
      ...codeFolders,
    ].join(' '),
    ERL_EPMD_PORT: String(epmdPort),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    // A dump of a crashed node may hold messages, and is large.
    ERL_CRASH_DUMP: '/dev/null',
  };
}
