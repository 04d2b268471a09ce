import type { Broker, Consumer } from '@sluice/broker';
import type { Database } from '@sluice/database';
import type { RpcServer } from '@sluice/rpc';
import type { ReadinessChecks } from '@sluice/runtime';
import { SchemaCheck } from '@sluice/schema';

interface Checked {
  readonly database: Database;
  readonly broker: Broker;
  readonly server: RpcServer;
  readonly consumers: readonly Consumer[];
}

/** Ready: the database answers with a schema new enough, requests and everything else in the queues is being taken. */
export function readinessChecks({ database, broker, server, consumers }: Checked): ReadinessChecks {
  const schema = new SchemaCheck((sql, values) => database.query(sql, values));
  return {
    broker: () => broker.assertReady(),
    requests: () => server.assertReady(),
    queues: () => {
      const problem = consumers.map((one) => one.problem).find((one) => one !== null) ?? null;
      if (problem !== null) throw new Error(problem);
    },
    database: async () => {
      const problem = await schema.problem();
      if (problem !== null) throw new Error(problem);
    },
  };
}
