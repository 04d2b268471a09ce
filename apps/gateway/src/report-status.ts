import type { AddressInfo } from 'node:net';
import type { Broker } from '@sluice/broker';
import { exchanges, queues } from '@sluice/contracts';
import type { ServiceStatus } from '@sluice/contracts';
import { softwareVersion, startStatusReports } from '@sluice/runtime';
import type { Logger, Management } from '@sluice/runtime';
import { certificateFingerprint, certificateNotAfter } from '@sluice/tls';
import type { KeyPair } from '@sluice/tls';
import { AddressList, plainAddress } from './accept-connections/address-list.js';
import type { GatewayConfig } from './gateway.config.js';

interface StatusParts {
  readonly config: GatewayConfig;
  readonly logger: Logger;
  readonly broker: Broker;
  readonly management: Management;
  readonly address: AddressInfo;
  /** The pair in use; may be replaced while running. */
  readonly current: { readonly keyPair: KeyPair };
}

const loopback = new AddressList(['127.0.0.0/8', '::1']);

/** Tells `results`, for the health page, that this instance lives and how it is. */
export function startStatus(parts: StatusParts): { stop(): void } {
  const startedAt = new Date().toISOString();
  return startStatusReports({
    logger: parts.logger,
    collect: () => collect(parts, startedAt),
    send: (message) =>
      parts.broker.publish({
        exchange: exchanges.rpc.name,
        routingKey: queues.status.routingKey,
        message,
        persistent: false,
      }),
  });
}

async function collect(
  { config, management, address, current }: StatusParts,
  startedAt: string,
): Promise<ServiceStatus> {
  const problems = await management.problems();
  const { certPem } = current.keyPair;
  return {
    v: 1,
    service: 'gateway',
    instance: config.INSTANCE,
    version: softwareVersion,
    startedAt,
    isReady: problems.length === 0,
    problems,
    engines: [],
    busySlots: 0,
    slots: 0,
    certificateFingerprint: certificateFingerprint(certPem),
    certificateNotAfter: certificateNotAfter(certPem),
    // Behind a balancer the callers are wherever the balancer listens.
    isLoopback: loopback.has(plainAddress(address.address)) && config.GATEWAY_PROXY_FROM.isEmpty,
  };
}
