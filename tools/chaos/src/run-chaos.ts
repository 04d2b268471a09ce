import { Operator, startTestSystem, WireClient, type TestSystem } from '@sluice/tool-acceptance';
import type { ProcessEvent } from '@sluice/private-servers';
import { BrokenSystem } from './broken-system.js';
import { carryOut, type Arena } from './carry-out-fault.js';
import { ChaosClient } from './chaos-client.js';
import { NotificationReceivers } from './notification-receivers.js';
import { makeObjectQuota } from './object-quota.js';
import {
  describeFault,
  heartbeatSeconds,
  isOfNotifications,
  necessaryCount,
  planFaults,
  targets,
} from './plan-faults.js';
import type { Reconciliation } from './reconcile.js';
import type { Told } from './reconcile-deliveries.js';
import { settle, settleDeliveries } from './settle.js';
import { settleObjects, type StoredInTheEnd } from './settle-objects.js';
import { readRedeliveries, workAgain, type Struck, type WorkAgain } from './work-again.js';

export interface ChaosOptions {
  readonly seed: number;
  /** Of faults; the necessary ones are carried out even when they take longer. */
  readonly durationMs: number;
  /** Between two faults. */
  readonly gapMs: number;
  log(line: string): void;
}

export interface ChaosReport {
  readonly reconciliation: Reconciliation;
  readonly told: Told;
  readonly stored: StoredInTheEnd;
  readonly workAgain: readonly WorkAgain[];
  readonly struck: readonly Struck[];
  /** Faults that left no trace: then the run proves less than it says. */
  readonly withoutTrace: readonly string[];
  /** Answers the contract has no room for. */
  readonly unexpected: Readonly<Record<string, number>>;
  readonly refusals: Readonly<Record<string, number>>;
}

const clientCount = 20;
const scanTimeoutSeconds = 10;
/** Twice the longest scan and a minute. */
const openMs = (2 * scanTimeoutSeconds + 60) * 1000;
/** A look through the store by who was started last, some seconds until a group is closed, and as many until its file goes. */
const tidyMs = 150_000;

/** A system under load, broken on purpose again and again; then everything its callers were promised is looked for. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const quota = makeObjectQuota();
  let note: (event: ProcessEvent) => void = () => undefined;
  const system = await startTestSystem({
    scanners: 3,
    gateways: 2,
    resultsServices: 2,
    onEvent: (event) => note(event),
    ...(quota === null ? {} : { objectStoreUrl: quota.objectStoreUrl }),
    variables: {
      AMQP_HEARTBEAT_SECONDS: String(heartbeatSeconds),
      SETTING_SCAN_TIMEOUT_SECONDS: String(scanTimeoutSeconds),
      SETTING_MAX_CONCURRENT_SCANS: '100000',
      SETTING_MAX_UNFINISHED_SCANS_PER_SYSTEM: '100000',
      SETTING_MAX_UNFINISHED_SCANS_PER_MAIL_SYSTEM: '100000',
      SETTING_QUARANTINE_MAX_BYTES: String(64 * 1024 ** 2),
      ...(quota === null ? {} : { OBJECT_STORE_RESERVE_BYTES: String(quota.reserveBytes) }),
    },
  });
  const operator = new Operator(system);
  const receivers = await NotificationReceivers.start((event) => note(event));
  const broken = await BrokenSystem.of(system, receivers.processes);
  note = (event) => broken.note(event);
  try {
    await receivers.subscribe(operator);
    const clients = await makeClients(system, operator, options.seed);
    options.log(
      `${clients.length} clients, 2 gateways, 3 scanners, 2 results, 2 receivers of alerts; seed ${options.seed}`,
    );
    return await strikeAndCount(options, { broken, clients, quota, receivers });
  } finally {
    broken.thawAll();
    await broken.close();
    await operator.close();
    await Promise.all([system.end(), receivers.stop()]);
    quota?.remove();
  }
}

async function makeClients(system: TestSystem, operator: Operator, seed: number): Promise<ChaosClient[]> {
  const types = Array.from({ length: clientCount }, (_, index) => (index % 5 === 0 ? 'mail' : 'other'));
  return Promise.all(
    types.map(async (type, index) => {
      const wire = await WireClient.make(`chaos-${index}`, type as 'mail' | 'other');
      await wire.becomeAccepted(operator, system.gatewayUrls);
      return new ChaosClient(wire, system.gatewayUrls, seed * 1000 + index);
    }),
  );
}

async function strikeAndCount(options: ChaosOptions, arena: Arena): Promise<ChaosReport> {
  const { broken, clients, quota } = arena;
  const running = Promise.all(clients.map((client) => client.run()));
  const { struck, withoutTrace } = await strike(options, arena);
  options.log('healing');
  broken.thawAll();
  quota?.free();
  await broken.whole(targets);
  for (const client of clients) client.stop();
  await Promise.race([running, deadline(openMs, () => clients.forEach((client) => client.giveUp()))]);
  await running;
  const intended = clients.flatMap((client) => client.intended);
  const settlingSince = Date.now();
  const seconds = (): string => ((Date.now() - settlingSince) / 1000).toFixed(1);
  const reconciliation = await settle(arena, openMs);
  options.log(`every scan looked for after ${seconds()} s`);
  const told = await settleDeliveries(arena, openMs);
  options.log(`every alert looked for at every receiver after ${seconds()} s`);
  const stored = await settleObjects(arena, tidyMs);
  options.log(`every object looked for after ${seconds()} s`);
  const logs = broken.system.processes
    .filter(({ name }) => name.startsWith('scanner'))
    .map((one) => one.logFile);
  return {
    reconciliation,
    told,
    stored,
    struck,
    withoutTrace,
    workAgain: workAgain(
      struck.filter(({ fault }) => !isOfNotifications(fault)),
      intended,
      readRedeliveries(logs),
    ),
    unexpected: summed(clients.map((client) => client.unexpected)),
    refusals: summed(clients.map((client) => client.refusals)),
  };
}

async function strike(
  { seed, durationMs, gapMs, log }: ChaosOptions,
  arena: Arena,
): Promise<{ struck: Struck[]; withoutTrace: string[] }> {
  const startedMs = Date.now();
  const [struck, withoutTrace]: [Struck[], string[]] = [[], []];
  const ends: Promise<void>[] = [];
  let count = 0;
  for (const fault of planFaults(seed)) {
    if (count >= necessaryCount && Date.now() - startedMs > durationMs) break;
    count += 1;
    await pause(gapMs);
    const at = `${((Date.now() - startedMs) / 1000).toFixed(1)} s  ${describeFault(fault)}`;
    if (fault.kind === 'fill-store' && arena.quota === null) {
      log(`${at}: left out, this user may not mount a file system of its own`);
      continue;
    }
    try {
      const { atMs, trace, over } = await carryOut(fault, arena);
      struck.push({ fault, atMs });
      ends.push(over);
      log(`${at}: ${trace}`);
    } catch (error) {
      withoutTrace.push(`${describeFault(fault)}: ${(error as Error).message}`);
      log(`${at}: NO TRACE, ${(error as Error).message}`);
      arena.broken.thawAll();
    }
  }
  await Promise.all(ends);
  return { struck, withoutTrace };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const deadline = async (ms: number, onOver: () => void): Promise<void> => {
  await new Promise<void>((resolve) => setTimeout(resolve, ms).unref());
  onOver();
};

function summed(all: readonly ReadonlyMap<string, number>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const one of all) for (const [what, count] of one) sums[what] = (sums[what] ?? 0) + count;
  return sums;
}
