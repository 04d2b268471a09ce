import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findFreePort } from '@sluice/private-servers';
import { until } from '@sluice/tool-acceptance';
import { RealPostfix, serverKeys } from '@sluice/tool-acceptance/receivers';
import { registerSensor } from '@sluice/tool-command-line';
import { startClamavMilter } from '@sluice/tool-doors';
import { homeFor, readDoor } from '@sluice/tool-launcher';
import { createTransport, type Transporter } from 'nodemailer';
import { BenchSystem } from '../bench-system.js';
import type { BenchContext, Figure, Measurement } from '../figure.js';
import { ordinaryMail } from '../ordinary-mail.js';
import { median, percentile, rounded } from '../statistics.js';

const recipient = 'anna@example.org';
const connections = 16;
const filters = ['none', 'sensor', 'clamav-milter'] as const;
type Filter = (typeof filters)[number];

interface Seen {
  /** By round. */
  readonly rates: number[];
  /** Of mails sent one after the other, from their end to the answer. */
  readonly answerMs: number[];
}

/** Ordinary mail through the same Postfix: alone, asking the sensor, asking ClamAV's own milter before the same clamd. */
export const mailDoors: Figure = {
  name: 'mail-doors',
  title: 'ordinary mail/s through Postfix with the sensor, 16 connections, ClamAV only',
  async run(context) {
    const folder = await mkdtemp(path.join(tmpdir(), 'sluice-bench-mail-'));
    const bench = await BenchSystem.start({ scanners: 1 });
    const ends: (() => Promise<unknown>)[] = [];
    try {
      const milters = await startMilters(bench, context, { folder, ends });
      const servers = new Map<Filter, RealPostfix>();
      for (const filter of filters) servers.set(filter, await startPostfix(milters[filter], ends));
      return measurements(this.title, await measure(servers, context));
    } finally {
      for (const end of ends.reverse()) await end();
      await bench.end();
      await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    }
  },
};

async function startMilters(
  bench: BenchSystem,
  { root }: BenchContext,
  { folder, ends }: { folder: string; ends: (() => Promise<unknown>)[] },
): Promise<Record<Filter, number | null>> {
  const sensor = await findFreePort();
  await bench.system.addSensor({
    doors: [readDoor('milter', String(sensor), '')],
    register: (what, certificateFile) => registerSensor(bench.system.home, what, certificateFile),
  });
  const cache = path.join(homeFor(root, process.env), 'doors');
  await mkdir(cache, { recursive: true });
  const lines = `ClamdSocket ${bench.system.servers.clamd.url}\nOnClean Accept\nOnInfected Reject\nOnFail Defer\n`;
  const other = await startClamavMilter({ folder, cache, lines });
  ends.push(() => other.program.stop());
  return { none: null, sensor, 'clamav-milter': other.port };
}

async function startPostfix(
  milterPort: number | null,
  ends: (() => Promise<unknown>)[],
): Promise<RealPostfix> {
  const settings: Record<string, string> =
    milterPort === null
      ? {}
      : { smtpd_milters: `inet:127.0.0.1:${milterPort}`, milter_default_action: 'tempfail' };
  const server = await RealPostfix.start({ keys: await serverKeys(), mailboxes: [recipient], settings });
  ends.push(() => server.stop());
  return server;
}

/** One after the other in each round, so that what the machine does meanwhile meets all of them. */
async function measure(
  servers: ReadonlyMap<Filter, RealPostfix>,
  { isQuick, log }: BenchContext,
): Promise<Record<Filter, Seen>> {
  const [rounds, count, single] = isQuick ? [1, 60, 20] : [5, 200, 60];
  const seen = Object.fromEntries(
    filters.map((filter) => [filter, { rates: [], answerMs: [] }]),
  ) as unknown as Record<Filter, Seen>;
  for (let round = 0; round <= rounds; round += 1)
    for (const [filter, server] of servers) {
      const perSecond = await throughput(server, count);
      const answerMs = await oneByOne(server, single);
      log(
        `  ${round === 0 ? 'to warm up' : `round ${round}`}, ${filter}: ${perSecond.toFixed(1)}/s, ${median(answerMs).toFixed(0)} ms`,
      );
      if (round === 0) continue;
      seen[filter].rates.push(perSecond);
      seen[filter].answerMs.push(...answerMs);
    }
  return seen;
}

/** Until the last of them lies in its mailbox. */
async function throughput(server: RealPostfix, count: number): Promise<number> {
  const mails = Array.from({ length: count }, ordinaryMail);
  const before = await server.mailCount(recipient);
  const transport = client(server, connections);
  const startedMs = performance.now();
  await Promise.all(mails.map((mail) => send(transport, mail)));
  await until(async () => (await server.mailCount(recipient)) === before + count, 120_000);
  const seconds = (performance.now() - startedMs) / 1000;
  transport.close();
  return count / seconds;
}

async function oneByOne(server: RealPostfix, count: number): Promise<number[]> {
  const transport = client(server, 1);
  // Connected: a connection is no part of a mail.
  await send(transport, ordinaryMail());
  const times: number[] = [];
  for (const mail of Array.from({ length: count }, ordinaryMail)) {
    const startedMs = performance.now();
    await send(transport, mail);
    times.push(performance.now() - startedMs);
  }
  transport.close();
  return times;
}

const client = (server: RealPostfix, maxConnections: number) =>
  createTransport({
    host: '127.0.0.1',
    port: server.port,
    ignoreTLS: true,
    pool: true,
    maxConnections,
    maxMessages: Number.MAX_SAFE_INTEGER,
  });

/** Rejects when it was not taken: a benchmark of refusals says nothing. */
const send = (transport: Pick<Transporter, 'sendMail'>, raw: Buffer): Promise<unknown> =>
  transport.sendMail({ envelope: { from: 'ann@sender.example', to: [recipient] }, raw });

function measurements(title: string, seen: Record<Filter, Seen>): Measurement[] {
  const rateOf = (filter: Filter): number => rounded(median(seen[filter].rates), 1);
  const details = { seen };
  const rate = (floor: Filter, floorName: string): Measurement => ({
    figure: title,
    value: rateOf('sensor'),
    unit: '/s',
    floor: rateOf(floor),
    floorName,
    score: rounded(rateOf('sensor') / rateOf(floor)),
    target: null,
    details,
  });
  const added = (filter: Filter, share: number): number =>
    rounded(percentile(seen[filter].answerMs, share) - percentile(seen.none.answerMs, share), 1);
  const latency = (share: number, name: string): Measurement => ({
    figure: `added to the answer to a mail by the sensor, one mail at a time, ${name}`,
    value: added('sensor', share),
    unit: 'ms',
    floor: added('clamav-milter', share),
    floorName: 'clamav-milter, same clamd',
    score: rounded(added('sensor', share) / added('clamav-milter', share)),
    target: null,
    details,
  });
  return [
    rate('none', 'Postfix without a filter'),
    rate('clamav-milter', 'clamav-milter, same clamd'),
    latency(0.5, 'p50'),
    latency(0.99, 'p99'),
  ];
}
