import type { Broker, Consumer } from '@sluice/broker';
import type { Database } from '@sluice/database';
import type { RpcServer } from '@sluice/rpc';
import type { ReadinessChecks } from '@sluice/runtime';
import { schemaProblem } from '@sluice/schema';

interface Checked {
  readonly database: Database;
  readonly broker: Broker;
  readonly server: RpcServer;
  readonly verdicts: Consumer;
}

/** Ready: the database answers with a schema new enough, requests and verdicts are being taken. */
export function readinessChecks({ database, broker, server, verdicts }: Checked): ReadinessChecks {
  return {
    broker: () => broker.assertReady(),
    requests: () => server.assertReady(),
    verdicts: () => {
      if (!verdicts.isActive) throw new Error('not taking verdicts from the broker');
    },
    database: async () => {
      const problem = await schemaProblem((sql) => database.query(sql));
      if (problem !== null) throw new Error(problem);
    },
  };
}
