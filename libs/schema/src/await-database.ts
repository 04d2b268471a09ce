import { setTimeout as pause } from 'node:timers/promises';
import { BackOff, Deadline } from '@sluice/timing';
import pg from 'pg';

/** A frozen server takes connections and says nothing. */
const answerTimeoutMs = 5000;

export interface AwaitDatabaseOptions {
  /** After this the reason is thrown; absent: for ever. */
  readonly waitSeconds?: number | undefined;
  readonly log?: (line: string) => void;
}

/**
 * Resolves when the server answers. One that is not reachable, frozen or just starting is waited for, with jittered
 * back-off; a wrong password or database is no one's to wait for and rejects at once.
 */
export async function awaitDatabase(url: string, options: AwaitDatabaseOptions = {}): Promise<void> {
  const deadline = Deadline.in(1000 * (options.waitSeconds ?? Number.POSITIVE_INFINITY));
  const backOff = new BackOff({ firstMs: 200, longestMs: 5000 });
  let isTold = false;
  for (;;) {
    const problem = await problemOf(url);
    if (problem === null) return;
    if (!isPassing(problem)) throw problem;
    const reason = describe(url, problem);
    if (deadline.isOver) throw new Error(`${reason}, given up after ${options.waitSeconds} s`);
    if (!isTold) options.log?.(`${reason}, waiting for it`);
    isTold = true;
    await pause(backOff.nextMs());
  }
}

async function problemOf(url: string): Promise<Error | null> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: answerTimeoutMs,
    query_timeout: answerTimeoutMs,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return null;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    // Not waited for: a frozen server does not answer a good-bye.
    void client.end().catch(() => undefined);
  }
}

/** 08 connection, 53 too many of them, 57 starting or stopping; without an SQLSTATE the server was not reached. */
function isPassing(problem: Error): boolean {
  const { code = '' } = problem as { code?: string };
  return !/^[0-9A-Z]{5}$/.test(code) || /^(08|53|57)/.test(code);
}

function describe(url: string, problem: Error): string {
  const { host } = new URL(url);
  const { code } = problem as { code?: string };
  return `the database at ${host} does not answer (${problem.message || code || 'unknown'})`;
}
