import type { ServiceName } from './states.js';

/** RabbitMQ permissions of one user: regular expressions over resource names, as `rabbitmqctl set_permissions` takes them. */
export interface BrokerPermissions {
  readonly configure: string;
  readonly write: string;
  readonly read: string;
  /** Routing keys it may use on the topic exchange `sluice.rpc`. */
  readonly rpcRoutingKeys: string;
}

const nothing = '^$';

/**
 * Least privilege per service. What matters most: a gateway can't publish verdicts or registry events and can't
 * read jobs; only scanners publish verdicts; only `console` publishes registry events.
 * `results` may write to the default exchange, because replies to requests travel through it.
 */
export const brokerPermissions: Readonly<Record<ServiceName, BrokerPermissions>> = {
  gateway: {
    configure: String.raw`^gateway\.(registry|finished)\..+$`,
    write: String.raw`^(sluice\.(jobs|rpc)|gateway\.(registry|finished)\..+)$`,
    read: String.raw`^(sluice\.(registry|finished)|gateway\.(registry|finished)\..+)$`,
    rpcRoutingKeys: String.raw`^(ledger\.gateway\..+|registry\.sightings|service\.status)$`,
  },
  scanner: {
    configure: String.raw`^scanner\.registry\..+$`,
    write: String.raw`^(sluice\.(verdicts|rpc)|scanner\.registry\..+)$`,
    read: String.raw`^(scan\.(light|heavy)\..+|sluice\.registry|scanner\.registry\..+)$`,
    rpcRoutingKeys: String.raw`^(ledger\.scanner\..+|service\.status)$`,
  },
  results: {
    configure: String.raw`^(sluice\..+|scan\..+|rpc\..+|registry\.sightings\..+|service\.status\..+)$`,
    write: String.raw`^(amq\.default|sluice\.(jobs|finished|dead|rpc)|scan\..+|rpc\..+|registry\.sightings\..+|service\.status\..+)$`,
    read: String.raw`^(sluice\..+|scan\.(verdicts|dead)\..+|rpc\.ledger\..+|service\.status\..+)$`,
    rpcRoutingKeys: String.raw`^service\.status$`,
  },
  console: {
    configure: nothing,
    write: String.raw`^sluice\.(rpc|registry)$`,
    read: String.raw`^registry\.sightings\..+$`,
    rpcRoutingKeys: String.raw`^(ledger\.console\..+|service\.status)$`,
  },
  /** Its work comes from the database; the broker only hears that it lives. */
  notifier: {
    configure: nothing,
    write: String.raw`^sluice\.rpc$`,
    read: nothing,
    rpcRoutingKeys: String.raw`^service\.status$`,
  },
};
