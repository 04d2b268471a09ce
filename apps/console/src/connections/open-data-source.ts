import { EventEmitter } from 'node:events';
import type { Database, LentConnection } from '@sluice/database';
import { DataSource, type DataSourceOptions } from 'typeorm';

/**
 * TypeORM on the console's one pool, so that its statements have the time-outs, the kinds of errors and the connections of all
 * others. The database may not be there yet: nothing is asked of it before the first statement.
 */
export const dataSourceOptions = (database: Database): DataSourceOptions => ({
  type: 'postgres',
  driver: { Pool: poolOf(database) },
  // Tables come by `libs/schema` alone.
  synchronize: false,
  installExtensions: false,
  logging: false,
});

export async function openDataSource(options?: DataSourceOptions): Promise<DataSource> {
  if (options === undefined) throw new Error('a data source has options');
  const dataSource = new DataSource(options);
  // It asks the database for these otherwise, and needs them for `synchronize`.
  Object.assign(dataSource.driver, { version: '15.0', database: 'sluice', searchSchema: 'public' });
  return dataSource.initialize();
}

type Connected = (error: undefined, client: TypeOrmClient, release: () => void) => void;

/** As much of `pg`'s Pool as TypeORM's driver takes. */
const poolOf = (database: Database) =>
  class extends EventEmitter {
    connect(connected: Connected): void {
      const client = new TypeOrmClient(database);
      connected(undefined, client, () => client.release());
    }

    end(ended: () => void): void {
      ended();
    }
  };

/** Takes a connection with its first statement, and keeps it until it is released. */
class TypeOrmClient extends EventEmitter {
  private lent: Promise<LentConnection> | undefined;

  constructor(private readonly database: Database) {
    super();
  }

  async query(text: string, values: readonly unknown[] = []) {
    const connection = await (this.lent ??= this.database.lend());
    return connection.query(text, values);
  }

  release(): void {
    void this.lent?.then(
      (connection) => connection.release(),
      () => undefined,
    );
  }
}
