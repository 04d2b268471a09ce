import pg from 'pg';
import { until } from '@sluice/tool-acceptance';
import type { Arena } from './carry-out-fault.js';
import { keyOf, reconcile, type Found, type Reconciliation } from './reconcile.js';
import { isAllTold, reconcileDeliveries, type RaisedAlert, type Told } from './reconcile-deliveries.js';

/** Looks until nothing is open and nothing is missing, or the time is up. */
export async function settle(arena: Arena, timeoutMs: number): Promise<Reconciliation> {
  const intended = arena.clients.flatMap((client) => client.intended);
  let last: Reconciliation | undefined;
  await until(async () => {
    last = reconcile(intended, await look(arena));
    return last.stillOpen === 0;
  }, timeoutMs).catch(() => undefined);
  if (last === undefined) throw new Error('neither callers nor database could be asked in the end');
  return last;
}

/** Looks until every receiver has every alert of the ledger, or the time is up. */
export async function settleDeliveries({ broken, receivers }: Arena, timeoutMs: number): Promise<Told> {
  let last: Told | undefined;
  await until(async () => {
    const alerts = await ask<RaisedAlert>(
      broken.system.servers.ownerUrl,
      `SELECT a.id::text AS "alertId", e.id AS "eventId"
       FROM ledger.alerts a LEFT JOIN deliveries.events e ON e.alert_id = a.id ORDER BY a.id`,
    );
    last = reconcileDeliveries(alerts, await receivers.received());
    return isAllTold(last);
  }, timeoutMs).catch(() => undefined);
  if (last === undefined) throw new Error('the database could not be asked for alerts in the end');
  return last;
}

/** Messages a notifier that is no more, or is stopped, has in its hands. */
export async function messagesInHand({ system }: Arena['broken']): Promise<number> {
  const [row] = await ask<{ count: number }>(
    system.servers.ownerUrl,
    'SELECT count(*)::integer AS count FROM deliveries.deliveries WHERE lease IS NOT NULL',
  );
  return row?.count ?? 0;
}

/** States as callers read them, alerts as they stand in the ledger. */
async function look({ broken, clients }: Arena): Promise<Found> {
  const states = new Map<string, string>();
  for (const { wire } of clients) {
    const line = wire.connect(broken.system.gatewayUrl);
    const { status, body } = await line.get('/scans/state');
    line.close();
    if (status !== 200) throw new Error(`states: ${status}`);
    const { scans } = JSON.parse(body) as { scans: { scanId: string; state: string }[] };
    for (const { scanId, state } of scans) states.set(keyOf({ sensorId: wire.id, scanId }), state);
  }
  const rows = await ask<{ sensor_id: string; scan_id: string; count: string }>(
    broken.system.servers.ownerUrl,
    'SELECT sensor_id, scan_id, count(*) FROM ledger.alerts GROUP BY sensor_id, scan_id',
  );
  const alerts = rows.map((row): [string, number] => [
    keyOf({ sensorId: row.sensor_id, scanId: row.scan_id }),
    Number(row.count),
  ]);
  return { states, alerts: new Map(alerts) };
}

/** A connection of its own each time: the server may have been away in between. */
export async function ask<Row extends pg.QueryResultRow>(
  connectionString: string,
  sql: string,
): Promise<Row[]> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}
