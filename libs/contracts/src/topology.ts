import { services, type ServiceName } from './states.js';

/**
 * Everything that exists in the broker. `results` declares it on every connection (a wiped broker gets it back);
 * the one-machine mode and compose also load it as definitions, with one user per service. No other service may declare
 * anything, so nothing is in the broker that doesn't stand here.
 *
 * | exchange         | type   | written by                  | bound queues                                         |
 * |------------------|--------|-----------------------------|------------------------------------------------------|
 * | sluice.jobs      | direct | gateway, results            | scan.light.TYPE.1, scan.heavy.TYPE.1, scan.mail.TYPE.1 |
 * | sluice.verdicts  | direct | scanner                     | scan.verdicts.1                                      |
 * | sluice.rpc       | topic  | every service               | rpc.ledger.1, registry.sightings.1, service.status.1, |
 * |                  |        |                             | scan.restarts.TYPE.1                                 |
 * | sluice.registry  | fanout | console                     | registry.events.1, a stream: every reader gets all   |
 * | sluice.finished  | fanout | results                     | scans.finished.1, a stream                           |
 * | sluice.dead      | fanout | the broker (dead-lettering) | scan.dead.1                                          |
 *
 * `senders` is what a receiver demands of each message: the broker vouches for the property `user-id`, and permissions
 * alone can be walked around (headers CC and BCC, bindings between exchanges, alternate exchanges, dead-lettering).
 */
export const exchanges = {
  jobs: { name: 'sluice.jobs', type: 'direct' },
  verdicts: { name: 'sluice.verdicts', type: 'direct' },
  rpc: { name: 'sluice.rpc', type: 'topic' },
  registry: { name: 'sluice.registry', type: 'fanout' },
  finished: { name: 'sluice.finished', type: 'fanout' },
  dead: { name: 'sluice.dead', type: 'fanout' },
} as const;

/**
 * `mail`: objects of mail sensors, of any size, while maximumMailPriority is on. A queue of their own, because a scanner's
 * slots may all be taken by others when a mail comes: priorities order what waits, not what is being scanned.
 */
export const jobQueueKinds = ['light', 'heavy', 'mail'] as const;
export type JobQueueKind = (typeof jobQueueKinds)[number];

/**
 * Kind of the job queues, by the setting SCAN_QUEUE_TYPE. `classic` obeys priorities on every RabbitMQ from 3.10;
 * `quorum` does from 4.3 and survives the loss of a node. Each kind has queues of its own, because the kind of a queue
 * cannot be changed.
 */
export const jobQueueTypes = ['classic', 'quorum'] as const;
export type JobQueueType = (typeof jobQueueTypes)[number];

/** Priorities of jobs. x-max-priority is 10: room for levels between without declaring the queues anew. */
export const jobPriorities = { mail: 5, other: 1, rescan: 0 } as const;
const maxPriority = 10;

/**
 * Which priorities occur in which queue. Kept objects that are scanned again come after all others. Mail is in the ordinary ones as well: sent by gateways that do not know its queue
 * yet, or moved there because no scanner takes from it.
 */
export const prioritiesOf: Readonly<Record<JobQueueKind, readonly number[]>> = {
  light: Object.values(jobPriorities),
  heavy: Object.values(jobPriorities),
  mail: [jobPriorities.mail],
};

/** A scan may take as long as the largest scanTimeoutSeconds (1 h) and wait for its slot; then the broker takes it back. */
export const consumerTimeoutMs = 4 * 3600 * 1000;

/** `in-key`: whoever the routing key names, as in `ledger.gateway.accept`. */
export type Senders = readonly ServiceName[] | 'in-key';

export interface QueueDefinition {
  readonly name: string;
  readonly exchange: string;
  readonly routingKey: string;
  readonly arguments: Readonly<Record<string, string | number>>;
  readonly senders: Senders;
}

/** Said in so many words: a virtual host may have another default. */
const classic = { 'x-queue-type': 'classic' } as const;
const dead = { 'x-dead-letter-exchange': exchanges.dead.name } as const;

/**
 * Quorum queues take no number of priorities. A delivery limit would drop jobs that were handed back while an engine was
 * down: the ledger counts redeliveries itself.
 */
const jobQueueArguments = {
  classic: { ...classic, 'x-max-priority': maxPriority, ...dead },
  quorum: { 'x-queue-type': 'quorum', 'x-delivery-limit': -1, ...dead },
} as const satisfies Record<JobQueueType, QueueDefinition['arguments']>;

export const jobQueue = (kind: JobQueueKind, type: JobQueueType): QueueDefinition => ({
  name: `scan.${kind}.${type}.1`,
  exchange: exchanges.jobs.name,
  routingKey: kind,
  arguments: jobQueueArguments[type],
  senders: ['gateway', 'results'],
});

/**
 * Holds one message that is as lasting as jobs are: when it is gone, so are the jobs that waited. A queue of the kind the
 * job queues have, that no one takes from. No dead letters: the message before goes when the next one comes.
 */
export const restartQueue = (type: JobQueueType): QueueDefinition => ({
  name: `scan.restarts.${type}.1`,
  exchange: exchanges.rpc.name,
  routingKey: 'scan.restarts',
  arguments: { 'x-queue-type': type, 'x-max-length': 1, 'x-overflow': 'drop-head' },
  senders: ['results'],
});

/** Queues whose kind is no setting. */
export const queues = {
  verdicts: {
    name: 'scan.verdicts.1',
    exchange: exchanges.verdicts.name,
    routingKey: 'verdict',
    arguments: { ...classic, ...dead },
    senders: ['scanner'],
  },
  /** Requests to `results`; each has an expiry of its own, so a queue no one reads empties itself. */
  ledgerRpc: {
    name: 'rpc.ledger.1',
    exchange: exchanges.rpc.name,
    routingKey: 'ledger.#',
    arguments: classic,
    senders: 'in-key',
  },
  /** Callers seen by gateways, for `console`; bounded: a lost sighting is made again by the next call. */
  sightings: {
    name: 'registry.sightings.1',
    exchange: exchanges.rpc.name,
    routingKey: 'registry.sightings',
    arguments: { ...classic, 'x-max-length': 20_000, 'x-overflow': 'drop-head', 'x-message-ttl': 600_000 },
    senders: ['gateway'],
  },
  /** Heartbeats of every service instance, for `results`, which also demands that each speaks of itself. */
  status: {
    name: 'service.status.1',
    exchange: exchanges.rpc.name,
    routingKey: 'service.status',
    arguments: { ...classic, 'x-max-length': 10_000, 'x-overflow': 'drop-head', 'x-message-ttl': 60_000 },
    senders: services,
  },
  dead: {
    name: 'scan.dead.1',
    exchange: exchanges.dead.name,
    routingKey: '',
    arguments: classic,
    senders: ['gateway', 'results', 'scanner'],
  },
} as const satisfies Record<string, QueueDefinition>;

/**
 * Events for every instance of a service. A stream is read without taking anything away, so that readers need no queue
 * of their own, and with that no permission to declare one. Kept: some thousand events, which no one asks for.
 */
const stream = {
  'x-queue-type': 'stream',
  'x-max-length-bytes': 2_000_000,
  'x-stream-max-segment-size-bytes': 1_000_000,
} as const;

export const streams = {
  registry: {
    name: 'registry.events.1',
    exchange: exchanges.registry.name,
    routingKey: '',
    arguments: stream,
    senders: ['console'],
  },
  finished: {
    name: 'scans.finished.1',
    exchange: exchanges.finished.name,
    routingKey: '',
    arguments: stream,
    senders: ['results'],
  },
} as const satisfies Record<string, QueueDefinition>;

/** Replies to requests come straight to whoever asked; only `results` answers any. */
export const replySenders: Senders = ['results'];

/** All that is declared and bound. */
export const declaredQueues = (type: JobQueueType): readonly QueueDefinition[] => [
  ...jobQueueKinds.map((kind) => jobQueue(kind, type)),
  restartQueue(type),
  ...Object.values(queues),
  ...Object.values(streams),
];

/** Job queues of the other kinds: bound to nothing any more, emptied by scanners, and what stood for their jobs. */
export const formerJobQueues = (type: JobQueueType): readonly QueueDefinition[] =>
  jobQueueTypes
    .filter((other) => other !== type)
    .flatMap((other) => [...jobQueueKinds.map((kind) => jobQueue(kind, other)), restartQueue(other)]);
