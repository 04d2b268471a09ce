import type { AddressInfo } from 'node:net';
import type { Broker } from '@sluice/broker';
import { startStatusReports } from '@sluice/runtime';
import type { Logger, Management, StatusDetails } from '@sluice/runtime';
import { certificateFingerprint, certificateNotAfter } from '@sluice/tls';
import type { KeyPair } from '@sluice/tls';
import { AddressList, plainAddress } from '@sluice/runtime';
import type { Gateway } from './gateway.js';
import type { GatewayConfig } from './gateway.config.js';

interface StatusDeps {
  readonly config: GatewayConfig;
  readonly logger: Logger;
  readonly broker: Broker;
  readonly management: Management;
  readonly address: AddressInfo;
  /** The pair in use; may be replaced while running. */
  readonly current: { readonly keyPair: KeyPair };
  readonly gateway: Pick<Gateway, 'reachedLimits'>;
}

const loopback = new AddressList(['127.0.0.0/8', '::1']);

/** Reports to `results`, for the health page, that this instance lives and how it is. */
export function startStatus(parts: StatusDeps): { stop(): Promise<void> } {
  const { config, management, broker, logger } = parts;
  return startStatusReports({
    service: 'gateway',
    instance: config.INSTANCE,
    details: () => collect(parts),
    management,
    broker,
    logger,
  });
}

function collect({ config, address, current, gateway }: StatusDeps): StatusDetails {
  const { certPem } = current.keyPair;
  return {
    certificateFingerprint: certificateFingerprint(certPem),
    certificateNotAfter: certificateNotAfter(certPem),
    // Behind a balancer the callers are wherever the balancer listens.
    isLoopback: loopback.has(plainAddress(address.address)) && config.GATEWAY_PROXY_FROM.isEmpty,
    reachedLimits: gateway.reachedLimits(),
  };
}
