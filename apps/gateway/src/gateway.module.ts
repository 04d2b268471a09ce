import { Module } from '@nestjs/common';
import type { DynamicModule, FactoryProvider } from '@nestjs/common';
import type { Registry } from 'prom-client';
import { connectBroker } from '@sluice/broker';
import type { Broker } from '@sluice/broker';
import { exchanges, ledgerRpc, queues, streams } from '@sluice/contracts';
import { PasswordSeal, openObjectStore } from '@sluice/object-store';
import type { FolderObjectStore } from '@sluice/object-store';
import { createRegistryFeed } from '@sluice/registry-feed';
import type { RegistryFeed } from '@sluice/registry-feed';
import { RpcClient } from '@sluice/rpc';
import { createMetrics, ReadinessModule } from '@sluice/runtime';
import type { Logger } from '@sluice/runtime';
import { ensureKeyPair } from '@sluice/tls';
import type { KeyPair } from '@sluice/tls';
import { createRpcLedger } from './ask-ledger/rpc-ledger.js';
import type { GatewayConfig } from './gateway.config.js';
import { limitsOf } from './gateway-limits.js';
import { createGateway } from './gateway.js';

export const brokerToken = Symbol('broker');
export const rpcToken = Symbol('rpc');
export const storeToken = Symbol('object store');
export const registryToken = Symbol('registry');
export const keyPairToken = Symbol('key pair');
export const metricsToken = Symbol('metrics');
export const gatewayToken = Symbol('gateway');

/**
 * Wires the gateway. There are no Nest controllers in it: the API is served by `node:https` directly, because a
 * framework's router halves the intake's throughput.
 */
@Module({})
export class GatewayModule {
  static with(config: GatewayConfig, logger: Logger): DynamicModule {
    const keyPair: FactoryProvider<KeyPair> = {
      provide: keyPairToken,
      useFactory: () =>
        ensureKeyPair({
          certFile: config.GATEWAY_TLS_CERT_FILE,
          keyFile: config.GATEWAY_TLS_KEY_FILE,
          names: config.GATEWAY_NAMES,
        }),
    };
    const broker: FactoryProvider<Broker> = {
      provide: brokerToken,
      useFactory: () =>
        connectBroker({
          url: config.AMQP_URL,
          name: `gateway ${config.INSTANCE}`,
          heartbeatSeconds: config.AMQP_HEARTBEAT_SECONDS,
          after: config.AMQP_AFTER,
          logger,
        }),
    };
    const rpc: FactoryProvider<RpcClient> = {
      provide: rpcToken,
      inject: [brokerToken],
      useFactory: (over: Broker) => new RpcClient(over.openRequests()),
    };
    const store: FactoryProvider<FolderObjectStore> = {
      provide: storeToken,
      useFactory: () => openObjectStore(config.OBJECT_STORE_URL),
    };
    const registry: FactoryProvider<RegistryFeed> = {
      provide: registryToken,
      inject: [brokerToken, rpcToken],
      useFactory: (from: Broker, ask: RpcClient) => followRegistry({ broker: from, rpc: ask, logger }),
    };
    const metrics: FactoryProvider<Registry> = {
      provide: metricsToken,
      useFactory: () => createMetrics('gateway'),
    };
    return {
      module: GatewayModule,
      imports: [ReadinessModule],
      providers: [keyPair, broker, rpc, store, registry, metrics, gatewayProvider(config, logger)],
    };
  }
}

interface RegistrySources {
  readonly broker: Broker;
  readonly rpc: RpcClient;
  readonly logger: Logger;
}

function followRegistry({ broker, rpc, logger }: RegistrySources): RegistryFeed {
  return createRegistryFeed({
    subscribe: (handlers) => {
      broker.subscribe({ stream: streams.registry, ...handlers });
      // It ends with the broker's connection.
      return { stop: () => undefined };
    },
    loadChanges: (since, limit) => rpc.ask(ledgerRpc.gatewayRegistryChanges, { since, limit }),
    onProblem: (err) => logger.debug({ err }, 'registry not loaded'),
  });
}

function gatewayProvider(config: GatewayConfig, logger: Logger): FactoryProvider {
  return {
    provide: gatewayToken,
    inject: [keyPairToken, registryToken, brokerToken, rpcToken, storeToken, metricsToken],
    useFactory: (
      keyPair: KeyPair,
      registry: RegistryFeed,
      broker: Broker,
      rpc: RpcClient,
      store: FolderObjectStore,
      metrics: Registry,
    ) =>
      createGateway({
        keyPair,
        registry,
        ledger: createRpcLedger(rpc),
        jobBroker: broker,
        store,
        seal: config.PASSWORDS_KEY === undefined ? null : new PasswordSeal(config.PASSWORDS_KEY),
        mayShareFiles: config.GATEWAY_SHARED_FILES === 'auto',
        reserveBytes: config.OBJECT_STORE_RESERVE_BYTES,
        sendSighting: (message) =>
          broker.publish({
            exchange: exchanges.rpc.name,
            routingKey: queues.sightings.routingKey,
            message,
            persistent: false,
          }),
        proxyFrom: config.GATEWAY_PROXY_FROM,
        limits: limitsOf(config),
        metrics,
        logger,
      }),
  };
}
