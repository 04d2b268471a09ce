import type { ServiceName } from './states.js';
import {
  declaredQueues,
  exchanges,
  jobQueueKinds,
  jobQueue,
  jobQueueTypes,
  queues,
  streams,
} from './topology.js';

/** RabbitMQ permissions of one user: regular expressions over resource names, as `rabbitmqctl set_permissions` takes them. */
export interface BrokerPermissions {
  readonly configure: string;
  readonly write: string;
  readonly read: string;
  /** Routing keys it may use on the topic exchange `sluice.rpc`. */
  readonly rpcRoutingKeys: string;
}

/** Exactly these names; none: nothing. Exchanges and queues are matched by the same expression. */
function only(...names: readonly string[]): string {
  const escaped = names.map((name) => name.replaceAll('.', String.raw`\.`));
  return escaped.length === 0 ? '^$' : `^(${escaped.join('|')})$`;
}

const jobQueueNames = jobQueueTypes.flatMap((type) => jobQueueKinds.map((kind) => jobQueue(kind, type).name));
const exchangeNames = Object.values(exchanges).map(({ name }) => name);
const ownedNames = [
  ...new Set(jobQueueTypes.flatMap((type) => declaredQueues(type).map(({ name }) => name))),
];

/**
 * Least privilege per service. Only `results` declares anything, and only what stands in the topology. What matters most:
 * a gateway cannot publish verdicts or registry events and cannot read jobs; only scanners publish verdicts; only
 * `console` publishes registry events. What `results` needs to declare the topology is more than it uses: reading each
 * exchange to bind a queue to it, and reading a job queue to give it a dead-letter exchange. It may write to the default
 * exchange, because replies travel through it; receivers demand other senders, so it gains nothing by it.
 */
export const brokerPermissions: Readonly<Record<ServiceName, BrokerPermissions>> = {
  gateway: {
    configure: only(),
    write: only(exchanges.jobs.name, exchanges.rpc.name),
    read: only(streams.registry.name, streams.finished.name),
    rpcRoutingKeys: String.raw`^(ledger\.gateway\.[a-z-]+|registry\.sightings|service\.status)$`,
  },
  scanner: {
    configure: only(),
    write: only(exchanges.verdicts.name, exchanges.rpc.name),
    read: only(...jobQueueNames, streams.registry.name),
    rpcRoutingKeys: String.raw`^(ledger\.scanner\.[a-z-]+|service\.status)$`,
  },
  results: {
    configure: only(...exchangeNames, ...ownedNames),
    write: only(
      'amq.default',
      exchanges.jobs.name,
      exchanges.finished.name,
      exchanges.dead.name,
      exchanges.rpc.name,
      ...ownedNames,
    ),
    read: only(
      ...exchangeNames,
      ...jobQueueNames,
      queues.verdicts.name,
      queues.dead.name,
      queues.ledgerRpc.name,
      queues.status.name,
    ),
    rpcRoutingKeys: String.raw`^(service\.status|scan\.restarts)$`,
  },
  console: {
    configure: only(),
    write: only(exchanges.rpc.name, exchanges.registry.name),
    read: only(queues.sightings.name),
    rpcRoutingKeys: String.raw`^(ledger\.console\.[a-z-]+|service\.status)$`,
  },
  /** Its work comes from the database; the broker only hears that it lives. */
  notifier: {
    configure: only(),
    write: only(exchanges.rpc.name),
    read: only(),
    rpcRoutingKeys: String.raw`^service\.status$`,
  },
};
