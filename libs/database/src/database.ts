import pg from 'pg';
import { Announcements } from './announcements.js';
import { DatabaseError, timedOut, toDatabaseError } from './database.errors.js';

/** The part of a pino logger this library uses. */
export interface DatabaseLogger {
  warn(fields: object, message: string): void;
}

export interface DatabaseOptions {
  readonly url: string;
  /** Most connections. */
  readonly poolSize: number;
  /** By this client's clock, so that it also holds against a frozen server. */
  readonly queryTimeoutMs: number;
  readonly logger: DatabaseLogger;
  /** Shown in pg_stat_activity. */
  readonly name?: string;
}

export interface QueryResult<Row> {
  readonly rows: Row[];
  readonly rowCount: number;
}

/** One connection, for who has to hold it over several statements without being inside `transaction`. */
export interface LentConnection {
  /** Rejects with DatabaseError. After one that leaves the connection unknown every further statement does so at once. */
  query<Row = Record<string, unknown>>(
    text: string,
    values: readonly unknown[],
  ): Promise<QueryResult<Row> & { readonly command: string }>;
  /** No open transaction may be left. */
  release(): void;
}

/** Runs one statement. Rejects with DatabaseError. */
export type Query = <Row = Record<string, unknown>>(
  text: string,
  values?: readonly unknown[],
) => Promise<QueryResult<Row>>;

const int8TypeId = 20;
/** A connection that cannot be had within this is as bad as a query that isn't answered. */
const longestConnectMs = 5000;
/**
 * The attempt itself goes on for longer, and serves who comes next. Given up at once, an overloaded server authenticates only
 * connections that no one waits for any more, and never gets out of it.
 */
const waitsPerAttempt = 3;

/**
 * A pool of connections that trusts no one: a query without an answer in time destroys its connection (a frozen server
 * keeps sockets open for ever), and the server is told to give up on it as well.
 */
export class Database {
  private readonly pool: pg.Pool;
  /** How long anyone waits for a connection. */
  private readonly connectMs: number;

  constructor(private readonly options: DatabaseOptions) {
    this.connectMs = Math.min(options.queryTimeoutMs, longestConnectMs);
    this.pool = new pg.Pool({
      ...this.connection,
      max: options.poolSize,
      // Signing in costs both sides 40 ms, one that does nothing 3 MiB: what was needed at once at the start goes again.
      idleTimeoutMillis: 60_000,
      statement_timeout: options.queryTimeoutMs,
      idle_in_transaction_session_timeout: 2 * options.queryTimeoutMs,
      // Compiling a plan costs more than the short statements here.
      options: '-c jit=off',
      types: { getTypeParser: parserOf },
    });
    this.pool.on('error', (err) => options.logger.warn({ err }, 'idle database connection lost'));
  }

  readonly query: Query = async <Row>(text: string, values: readonly unknown[] = []) => {
    const client = await this.connect();
    return this.use(client, () => this.run<Row>(client, text, values));
  };

  /** One transaction on one connection; rolled back when `work` rejects. */
  async transaction<Result>(work: (query: Query) => Promise<Result>): Promise<Result> {
    const client = await this.connect();
    return this.use(client, async () => {
      await this.run(client, 'BEGIN', []);
      const result = await work((text, values) => this.run(client, text, values ?? []));
      await this.run(client, 'COMMIT', []);
      return result;
    });
  }

  /** For a library that has transactions of its own; everything else uses `transaction`. */
  async lend(): Promise<LentConnection> {
    const client = await this.connect();
    let lost: DatabaseError | undefined;
    // As in `use`: without a listener a lost connection would end the process.
    const ignore = () => undefined;
    client.on('error', ignore);
    return {
      query: async <Row>(text: string, values: readonly unknown[]) => {
        if (lost !== undefined) throw lost;
        try {
          return await this.run<Row>(client, text, values);
        } catch (error) {
          if (error instanceof DatabaseError && error.isRetryable) lost = error;
          throw error;
        }
      },
      release: () => {
        client.off('error', ignore);
        client.release(lost !== undefined);
      },
    };
  }

  /** Calls when transactions that announced something on `channel` were committed, and on every connection anew. */
  listen(channel: string, onAnnounced: () => void): Announcements {
    const { logger, queryTimeoutMs } = this.options;
    const connection = { ...this.connection, query_timeout: queryTimeoutMs };
    return new Announcements({ connection, channel, onAnnounced, logger }).start();
  }

  /** Does the database answer? */
  async isHealthy(): Promise<boolean> {
    return this.query('SELECT 1').then(
      () => true,
      () => false,
    );
  }

  /** Waits for queries on their way (bounded by their time-outs), then closes. */
  async end(): Promise<void> {
    await this.pool.end();
  }

  private get connection(): pg.ClientConfig {
    return {
      connectionString: this.options.url,
      application_name: this.options.name ?? 'sluice',
      connectionTimeoutMillis: waitsPerAttempt * this.connectMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    };
  }

  private async connect(): Promise<pg.PoolClient> {
    const attempt = this.pool.connect();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        attempt.then(
          (client) => client.release(),
          () => undefined,
        );
        reject(timedOut('a connection'));
      }, this.connectMs);
    });
    try {
      return await Promise.race([attempt, late]);
    } catch (cause) {
      throw toDatabaseError(cause);
    } finally {
      clearTimeout(timer);
    }
  }

  private async use<Result>(client: pg.PoolClient, work: () => Promise<Result>): Promise<Result> {
    let isBroken = true;
    // A connection lost while in hand also tells its query; without a listener it would end the process.
    const ignore = () => undefined;
    client.on('error', ignore);
    try {
      const result = await work();
      isBroken = false;
      return result;
    } catch (error) {
      // What isn't a DatabaseError was thrown by the caller's own work inside a transaction.
      const isLost = error instanceof DatabaseError && error.isRetryable;
      isBroken = isLost || !(await this.rolledBack(client));
      throw error;
    } finally {
      client.off('error', ignore);
      client.release(isBroken);
    }
  }

  /** After any failure the connection must not keep an open transaction. */
  private rolledBack(client: pg.PoolClient): Promise<boolean> {
    return this.run(client, 'ROLLBACK', []).then(
      () => true,
      () => false,
    );
  }

  private async run<Row>(
    client: pg.PoolClient,
    text: string,
    values: readonly unknown[],
  ): Promise<QueryResult<Row> & { readonly command: string }> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(timedOut('a query')), this.options.queryTimeoutMs);
    });
    try {
      const result = await Promise.race([client.query(text, [...values]), late]);
      return { rows: result.rows as Row[], rowCount: result.rowCount ?? 0, command: result.command };
    } catch (cause) {
      throw toDatabaseError(cause);
    } finally {
      clearTimeout(timer);
    }
  }
}

export const createDatabase = (options: DatabaseOptions): Database => new Database(options);

/** bigint as number: the ids and sequences here stay far below 2^53. */
function parserOf(typeId: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (typeId === int8TypeId) return Number;
  return pg.types.getTypeParser(typeId, format as 'text') as (value: string) => unknown;
}
