import { until, WireClient, type Operator, type TestSystem } from '@sluice/tool-acceptance';
import { chooseAttack } from './choose-attack.js';
import { floods, type Flood } from './floods.js';
import { judgeService, judgeVitals, Tally, type FuzzReport } from './fuzz-report.js';
import { GatewayVitals, type Vitals } from './gateway-vitals.js';
import { GoodClient } from './good-client.js';
import { HostileCaller, type Door } from './hostile-caller.js';
import { judgeConversation } from './judge-conversation.js';

export interface FuzzOptions {
  readonly seed: number;
  /** Of each round. Rounds repeat the same attacks, so that what the second one leaves behind is a leak. */
  readonly requests: number;
  readonly rounds: number;
  log(line: string): void;
}

interface Arena {
  readonly system: TestSystem;
  readonly operator: Operator;
}

const atATime = 64;

/** A running system under attack, while somebody uses it as it is meant to be used. */
export async function runFuzz(options: FuzzOptions, { system, operator }: Arena): Promise<FuzzReport> {
  const urls = [system.gatewayUrl];
  const accepted = await (await WireClient.make('fuzz-attacker')).becomeAccepted(operator, urls);
  const unknown = await WireClient.make('fuzz-unknown');
  const good = new GoodClient(
    await (await WireClient.make('good-client')).becomeAccepted(operator, urls),
    system.gatewayUrl,
  );
  const { hostname, port } = new URL(system.gatewayUrl);
  const door = { host: hostname, port: Number(port) };
  const caller = new HostileCaller(door, { accepted: accepted.identity, unknown: unknown.identity });
  const [tally, watch] = [new Tally(), new GatewayVitals(system)];
  const startedMs = performance.now();
  const serving = good.run();
  const vitals = [await watch.take()];
  for (let round = 0; round < options.rounds; round += 1) {
    const flooding = round === 0 ? floods.map((flood) => runFlood(flood, { door, accepted, tally })) : [];
    await attackAll(options, caller, tally);
    await Promise.all(flooding);
    vitals.push(await settle(watch, vitals[0] as Vitals));
    options.log(`round ${round + 1} after ${((performance.now() - startedMs) / 1000).toFixed(0)} s`);
  }
  good.stop();
  await serving;
  const service = await good.reconcile();
  const seconds = (performance.now() - startedMs) / 1000;
  const complaints = watch.complaints.map((line) => `the gateway's log: ${line.slice(0, 400)}`);
  const pending = await countPending(operator);
  return {
    rows: tally.rows,
    requests: options.requests * options.rounds,
    seconds,
    vitals,
    service,
    violations: [
      ...tally.violations,
      ...judgeVitals(vitals),
      ...judgeService(service),
      ...complaints.slice(0, 10),
      ...(pending <= maxPendingPerAddress ? [] : [`${pending} integration requests of one address`]),
    ],
  };
}

/** Contract, "Who may call", 7. */
const maxPendingPerAddress = 20;

async function attackAll(
  { seed, requests }: FuzzOptions,
  caller: HostileCaller,
  tally: Tally,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < requests; index = next++) {
      const attack = chooseAttack(seed, index);
      tally.take(
        attack,
        judgeConversation(attack, await caller.send(attack)),
        `seed ${seed}, number ${index}`,
      );
    }
  };
  await Promise.all(Array.from({ length: atATime }, worker));
}

async function runFlood(
  flood: Flood,
  { door, accepted, tally }: { door: Door; accepted: WireClient; tally: Tally },
): Promise<void> {
  const outcomes = await flood.run(door, accepted.identity);
  for (const outcome of outcomes) {
    tally.count(flood.name, [outcome]);
    if (outcome !== flood.expected && outcome !== 'closed')
      tally.complain(`${flood.name}: one came to ${outcome}`);
  }
  if (!outcomes.includes(flood.expected)) tally.complain(`${flood.name}: none came to ${flood.expected}`);
}

/** When every socket of ours is gone at the other end as well; then what is left is kept. */
async function settle(watch: GatewayVitals, start: Vitals): Promise<Vitals> {
  await until(() => watch.openFiles <= start.openFiles + 2, 20_000).catch(() => undefined);
  return watch.take();
}

async function countPending(operator: Operator): Promise<number> {
  const { items } = await operator.get<{ items: { state: string }[] }>('/external-systems?limit=500');
  return items.filter(({ state }) => state === 'pending').length;
}
