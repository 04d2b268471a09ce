/**
 * Everything that exists in the broker. `results` declares it on every connection (a wiped broker gets it back);
 * the one-machine mode and compose also load it as definitions, with one user per service.
 *
 * | exchange         | type   | written by                  | bound queues                                   |
 * |------------------|--------|-----------------------------|------------------------------------------------|
 * | sluice.jobs      | direct | gateway, results            | scan.light.classic.1, scan.heavy.classic.1     |
 * | sluice.verdicts  | direct | scanner                     | scan.verdicts.1                                |
 * | sluice.rpc       | topic  | gateway, scanner, console   | rpc.ledger.1, registry.sightings.1, service.status.1 |
 * | sluice.registry  | fanout | console                     | one exclusive queue per gateway and scanner    |
 * | sluice.finished  | fanout | results                     | one exclusive queue per gateway                |
 * | sluice.dead      | fanout | the broker (dead-lettering) | scan.dead.1                                    |
 */
export const exchanges = {
  jobs: { name: 'sluice.jobs', type: 'direct' },
  verdicts: { name: 'sluice.verdicts', type: 'direct' },
  rpc: { name: 'sluice.rpc', type: 'topic' },
  registry: { name: 'sluice.registry', type: 'fanout' },
  finished: { name: 'sluice.finished', type: 'fanout' },
  dead: { name: 'sluice.dead', type: 'fanout' },
} as const;

export const jobQueueKinds = ['light', 'heavy'] as const;
export type JobQueueKind = (typeof jobQueueKinds)[number];

/** Priorities of jobs. x-max-priority is 10: room for levels between without declaring the queues anew. */
export const jobPriorities = { mail: 5, other: 1 } as const;
const maxPriority = 10;

/** A scan may take as long as the largest scanTimeoutSeconds (1 h) and wait for its slot; then the broker takes it back. */
export const consumerTimeoutMs = 4 * 3600 * 1000;

interface QueueDefinition {
  readonly name: string;
  readonly exchange: string;
  readonly routingKey: string;
  readonly arguments: Readonly<Record<string, string | number>>;
}

const jobQueue = (kind: JobQueueKind): QueueDefinition => ({
  name: `scan.${kind}.classic.1`,
  exchange: exchanges.jobs.name,
  routingKey: kind,
  arguments: { 'x-max-priority': maxPriority, 'x-dead-letter-exchange': exchanges.dead.name },
});

export const queues = {
  light: jobQueue('light'),
  heavy: jobQueue('heavy'),
  verdicts: {
    name: 'scan.verdicts.1',
    exchange: exchanges.verdicts.name,
    routingKey: 'verdict',
    arguments: { 'x-dead-letter-exchange': exchanges.dead.name },
  },
  /** Requests to `results`; each has an expiry of its own, so a queue nobody reads empties itself. */
  ledgerRpc: { name: 'rpc.ledger.1', exchange: exchanges.rpc.name, routingKey: 'ledger.#', arguments: {} },
  /** Callers seen by gateways, for `console`; bounded: a lost sighting is made again by the next call. */
  sightings: {
    name: 'registry.sightings.1',
    exchange: exchanges.rpc.name,
    routingKey: 'registry.sightings',
    arguments: { 'x-max-length': 20_000, 'x-overflow': 'drop-head', 'x-message-ttl': 600_000 },
  },
  /** Heartbeats of every service instance, for `results`. */
  status: {
    name: 'service.status.1',
    exchange: exchanges.rpc.name,
    routingKey: 'service.status',
    arguments: { 'x-max-length': 10_000, 'x-overflow': 'drop-head', 'x-message-ttl': 60_000 },
  },
  dead: { name: 'scan.dead.1', exchange: exchanges.dead.name, routingKey: '', arguments: {} },
} as const satisfies Record<string, QueueDefinition>;

/** Name of the exclusive queue an instance binds to a fanout exchange. The prefix is what its permissions allow. */
export const exclusiveQueueName = (
  service: string,
  topic: 'registry' | 'finished',
  instance: string,
): string => `${service}.${topic}.${instance}`;
