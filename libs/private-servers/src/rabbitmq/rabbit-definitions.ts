import { createHash, randomBytes } from 'node:crypto';
import { brokerPermissions, declaredQueues, exchanges, services, type ServiceName } from '@sluice/contracts';

export const brokerAdmin = 'sluice_admin';
export type BrokerPasswords = Readonly<Record<ServiceName | typeof brokerAdmin, string>>;

const vhost = '/';

/**
 * Of one service's login, all its instances together: each takes one connection and a few channels. Without a bound whoever has
 * a login can take all the sockets and the memory of the broker from the others.
 */
const loginLimits = { 'max-connections': 200, 'max-channels': 2000 };

/**
 * What RabbitMQ loads when it boots: the topology, one user per service with the least permissions, an administrator for
 * people, and no `guest`. Loaded on every boot, so a broker whose data is gone comes back whole. `clusterName`: what the
 * broker calls itself to everyone who connects; absent, it names its node.
 */
export function rabbitDefinitions(passwords: BrokerPasswords, clusterName?: string): Record<string, unknown> {
  // With SCAN_QUEUE_TYPE=quorum `results` declares those besides, and binds them instead.
  const queues = declaredQueues('classic');
  return {
    ...(clusterName === undefined
      ? {}
      : { global_parameters: [{ name: 'cluster_name', value: clusterName }] }),
    vhosts: [{ name: vhost }],
    users: [
      user(brokerAdmin, passwords[brokerAdmin], ['administrator']),
      ...services.map((service) => ({ ...user(service, passwords[service], []), limits: loginLimits })),
    ],
    permissions: [
      { user: brokerAdmin, vhost, configure: '.*', write: '.*', read: '.*' },
      ...services.map((service) => permission(service)),
    ],
    topic_permissions: services.map((service) => topicPermission(service)),
    exchanges: Object.values(exchanges).map(({ name, type }) => ({
      name,
      vhost,
      type,
      durable: true,
      auto_delete: false,
      internal: false,
      arguments: {},
    })),
    queues: queues.map((queue) => ({
      name: queue.name,
      vhost,
      durable: true,
      auto_delete: false,
      arguments: queue.arguments,
    })),
    bindings: queues.map((queue) => ({
      source: queue.exchange,
      vhost,
      destination: queue.name,
      destination_type: 'queue',
      routing_key: queue.routingKey,
      arguments: {},
    })),
  };
}

function user(name: string, password: string, tags: string[]): Record<string, unknown> {
  return {
    name,
    password_hash: passwordHash(password, randomBytes(4)),
    hashing_algorithm: 'rabbit_password_hashing_sha256',
    tags,
  };
}

/** RabbitMQ's form: base64 of the salt (4 bytes) and SHA-256 of salt and password. */
export function passwordHash(password: string, salt: Buffer): string {
  const digest = createHash('sha256').update(salt).update(password, 'utf8').digest();
  return Buffer.concat([salt, digest]).toString('base64');
}

function permission(service: ServiceName): Record<string, unknown> {
  const { configure, write, read } = brokerPermissions[service];
  return { user: service, vhost, configure, write, read };
}

/** `read` is checked when a queue is bound to a topic exchange: only `results` declares such bindings. */
function topicPermission(service: ServiceName): Record<string, unknown> {
  const write = brokerPermissions[service].rpcRoutingKeys;
  const read = service === 'results' ? '.*' : '^$';
  return { user: service, vhost, exchange: exchanges.rpc.name, write, read };
}
