import type { AddressCapLimits } from './accept-connections/address-caps.js';
import type { GatewayConfig } from './gateway.config.js';
import type { FileSharingLimits } from './submit-scan/file-sharing.js';
import type { StallLimits } from './submit-scan/stall-watch.js';

export interface HoldLimits {
  readonly maxSeconds: number;
  readonly maxPerSystem: number;
  /** A mail sensor holds as many as it may have unfinished scans: each is a mail whose sender waits. */
  readonly maxPerMailSensor: number;
  /** How long a lost hint can hold up one that waits alone; of many, each looks less often. */
  readonly recheckMs: number;
}

/** Bounds of the HTTP edge. Constants of the wire contract or of prudence, not configuration; tests shorten them. */
export interface GatewayLimits {
  readonly stall: StallLimits;
  /** What is still read of a body after an early answer, so that the caller gets the answer and not a reset. */
  readonly drain: { readonly maxBytes: number; readonly maxMs: number; readonly refusedContinueMs: number };
  /** Longest time in which a caller takes nothing of a streamed answer. */
  readonly writeStallMs: number;
  /** A body may be this much larger than `maxObjectSize`: fields, part headers, boundaries. */
  readonly bodyOverheadBytes: number;
  readonly handshakeTimeoutMs: number;
  readonly headersTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
  readonly timeoutCheckMs: number;
  readonly proxyHeaderTimeoutMs: number;
  readonly maxConnections: number;
  readonly perAddress: AddressCapLimits;
  /** Connections of one certificate, and so of one system: what it may hold requests on, and some. */
  readonly maxConnectionsPerCertificate: number;
  /** Connections the kernel may hold until they are taken; beyond, callers believe in one that does not exist. */
  readonly maxWaitingConnections: number;
  readonly maxHeaderBytes: number;
  readonly maxHeaders: number;
  /** Requests of one connection whose answers are on their way; no client pipelines as many. */
  readonly maxOpenRequests: number;
  /**
   * Answers 401 of one connection, with the last of which it ends: asking on and on costs a handshake for each few, and
   * handshakes are what balancers bound by address.
   */
  readonly maxUnauthorisedAnswers: number;
  /** A connection on which nothing moves at all, in either direction: longer than anything that may be waited for. */
  readonly silenceTimeoutMs: number;
  readonly hold: HoldLimits;
  readonly fileSharing: FileSharingLimits;
}

export const gatewayLimits: GatewayLimits = {
  stall: { idleMs: 30_000, windowMs: 30_000, minBytesPerSecond: 10 * 1024, tickMs: 1000 },
  drain: { maxBytes: 1024 ** 2, maxMs: 5000, refusedContinueMs: 500 },
  writeStallMs: 60_000,
  bodyOverheadBytes: 1024 ** 2,
  handshakeTimeoutMs: 10_000,
  headersTimeoutMs: 15_000,
  keepAliveTimeoutMs: 75_000,
  timeoutCheckMs: 5000,
  proxyHeaderTimeoutMs: 3000,
  maxConnections: 10_000,
  perAddress: { maxHandshakes: 1000, windowMs: 10_000, maxStrangers: 500 },
  maxConnectionsPerCertificate: 3000,
  maxWaitingConnections: 4096,
  maxHeaderBytes: 16 * 1024,
  maxHeaders: 100,
  maxOpenRequests: 100,
  maxUnauthorisedAnswers: 10,
  silenceTimeoutMs: 120_000,
  hold: { maxSeconds: 60, maxPerSystem: 64, maxPerMailSensor: 2000, recheckMs: 2000 },
  fileSharing: { maxGatheredBytes: 16 * 1024 ** 2, maxDeadBytesPerHour: 16 * 1024 ** 2 },
};

/** Only what depends on who shares an address is configuration. */
export const limitsOf = (
  config: Pick<GatewayConfig, 'GATEWAY_CONNECTIONS_PER_ADDRESS' | 'GATEWAY_HANDSHAKES_PER_ADDRESS'>,
): GatewayLimits => ({
  ...gatewayLimits,
  perAddress: {
    ...gatewayLimits.perAddress,
    maxStrangers: config.GATEWAY_CONNECTIONS_PER_ADDRESS,
    maxHandshakes: config.GATEWAY_HANDSHAKES_PER_ADDRESS,
  },
});
