import { Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { Broker } from '@sluice/broker';
import type { Database } from '@sluice/database';
import type { RpcClient } from '@sluice/rpc';
import type { Logger } from '@sluice/runtime';
import type { ConsoleConfig } from '../console.config.js';
import {
  brokerToken,
  configToken,
  databaseToken,
  loggerToken,
  passwordCostToken,
  resolverToken,
  rpcToken,
} from './connection-tokens.js';
import type { HostNameResolver } from './host-name-resolver.js';
import { dataSourceOptions, openDataSource } from './open-data-source.js';
import { passwordCost, type PasswordCost } from './password-cost.js';

export interface ConsoleConnections {
  readonly config: ConsoleConfig;
  readonly database: Database;
  readonly broker: Pick<Broker, 'publish' | 'consume' | 'problem'>;
  readonly rpc: Pick<RpcClient, 'ask'>;
  readonly logger: Logger;
  readonly resolver: HostNameResolver;
  /** Of hashes that are made; tests that hash hundreds of passwords take a smaller one. */
  readonly passwordCost?: PasswordCost;
}

/** Repositories of what the console owns; each feature names its entities. */
const entities = TypeOrmModule.forRootAsync({
  inject: [databaseToken],
  useFactory: (database: Database) => ({ ...dataSourceOptions(database), autoLoadEntities: true }),
  dataSourceFactory: openDataSource,
});

/**
 * What is made once a process and that every feature may ask for. Global, as the root modules of Nest's own
 * integrations are: the features are plain classes, and a test makes a whole console on connections of its own.
 */
@Module({})
export class ConnectionsModule {
  static with(connections: ConsoleConnections): DynamicModule {
    const { config, database, broker, rpc, logger, resolver } = connections;
    const providers = [
      { provide: configToken, useValue: config },
      { provide: databaseToken, useValue: database },
      { provide: brokerToken, useValue: broker },
      { provide: rpcToken, useValue: rpc },
      { provide: loggerToken, useValue: logger },
      { provide: resolverToken, useValue: resolver },
      { provide: passwordCostToken, useValue: connections.passwordCost ?? passwordCost },
    ];
    return { module: ConnectionsModule, imports: [entities], global: true, providers, exports: providers };
  }
}
