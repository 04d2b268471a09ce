import { until } from '@sluice/tool-acceptance';
import {
  addChannels,
  addRule,
  channelKinds,
  startReceivers,
  type ChannelKind,
} from '@sluice/tool-acceptance/receivers';
import { eicarText } from '@sluice/private-servers';
import { setTimeout as pause } from 'node:timers/promises';
import { BenchSystem } from '../bench-system.js';
import type { Figure, Measurement } from '../figure.js';
import { percentile, rounded } from '../statistics.js';
import { nextScanId } from '../unique-objects.js';

type Receivers = Awaited<ReturnType<typeof startReceivers>>;
/** From the verdict and from the answer OK, until the receiver has it. */
interface Told {
  readonly afterVerdictMs: number;
  readonly afterOkMs: number;
}

/** One infected mail after the other: from its alert in the ledger to the mail, the line in rsyslog's file and the webhook. */
export const notification: Figure = {
  name: 'notification',
  title: 'from the verdict to its receipt',
  async run({ isQuick }) {
    const [bench, receivers] = await Promise.all([BenchSystem.start({ scanners: 1 }), startReceivers()]);
    try {
      const channels = await addChannels(bench.operator, receivers);
      for (const kind of channelKinds) await addRule(bench.operator, kind, channels[kind].id);
      const client = await bench.client('bench-notification', 'mail');
      const [line] = bench.lines(client, 1);
      if (line === undefined) throw new Error('no line');
      const runs: Record<ChannelKind, Told>[] = [];
      for (let run = 0; run < (isQuick ? 5 : 40); run += 1) {
        // Not in step with how often the notifier looks.
        await pause(Math.random() * 500);
        const scanId = nextScanId();
        const { status } = await line.submit({ scanId, objectType: 'email', content: infectedMail(scanId) });
        if (status !== 200) throw new Error(`answered ${status}`);
        runs.push(await receipts(bench, receivers, { scanId, okAtMs: Date.now(), count: run + 1 }));
      }
      return channelKinds.map((kind) => lineOf(this.title, kind, runs));
    } finally {
      await receivers.stop();
      await bench.end();
    }
  },
};

async function receipts(
  { ledger }: BenchSystem,
  { mail, syslog, webhook }: Receivers,
  { scanId, okAtMs, count }: { scanId: string; okAtMs: number; count: number },
): Promise<Record<ChannelKind, Told>> {
  await until(() => mail.mails.length >= count && webhook.calls.length >= count);
  await syslog.lines(count);
  const { rows } = await ledger.query<{ created_at: Date }>(
    'SELECT created_at FROM ledger.alerts WHERE scan_id = $1',
    [scanId],
  );
  const verdictAtMs = rows[0]?.created_at.getTime() ?? Number.NaN;
  const told = (atMs = Number.NaN): Told => ({
    afterVerdictMs: atMs - verdictAtMs,
    afterOkMs: atMs - okAtMs,
  });
  return {
    smtp: told(mail.mails.at(-1)?.atMs),
    syslog: told(await syslog.writtenAtMs()),
    webhook: told(webhook.calls.at(-1)?.atMs),
  };
}

function lineOf(title: string, kind: ChannelKind, runs: readonly Record<ChannelKind, Told>[]): Measurement {
  const told = runs.map((run) => run[kind]);
  const shares = (values: readonly number[]) => ({
    p50: rounded(percentile(values, 0.5), 0),
    p99: rounded(percentile(values, 0.99), 0),
  });
  const afterVerdict = shares(told.map((one) => one.afterVerdictMs));
  return {
    figure: `${title}: ${kind}, p50`,
    value: afterVerdict.p50,
    unit: 'ms',
    floor: null,
    floorName: null,
    score: afterVerdict.p50,
    target: { sign: '≤', limit: 2000 },
    details: { afterVerdict, afterOk: shares(told.map((one) => one.afterOkMs)), runs: runs.length },
  };
}

/** EICAR counts at the beginning of a file; the subject makes each mail another one. */
function infectedMail(subject: string): Buffer {
  const head = ['From: Ann <ann@sender.example>', 'To: Bob <bob@example.org>', `Subject: ${subject}`];
  const mime = ['MIME-Version: 1.0', 'Content-Type: application/octet-stream; name="invoice.com"'];
  const encoding = ['Content-Transfer-Encoding: base64', '', Buffer.from(eicarText()).toString('base64'), ''];
  return Buffer.from([...head, ...mime, ...encoding].join('\r\n'));
}
