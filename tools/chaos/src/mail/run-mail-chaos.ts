import { execFileSync } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { findFreePort, type ProcessEvent } from '@sluice/private-servers';
import { startTestSystem, until, type TestSystem } from '@sluice/tool-acceptance';
import { MailReceiver, RealPostfix, serverKeys } from '@sluice/tool-acceptance/receivers';
import { registerSensor } from '@sluice/tool-command-line';
import { readDoor } from '@sluice/tool-launcher';
import { BrokenSystem } from '../broken-system.js';
import { targets } from '../plan-faults.js';
import { chaosMail, idIn, mailRecipient, mailSender, writeMail, type ChaosMail } from './chaos-mail.js';
import { HeldMails } from './held-mails.js';
import { reconcileMails, type MailReconciliation, type SentMail } from './reconcile-mails.js';
import { attemptMail } from './smtp-attempt.js';

export interface MailChaosOptions {
  readonly mails: number;
  /** Who has the mail that could not be examined: the mail server (`quarantine`), or Sluice alone. */
  readonly keeping: 'quarantine' | 'hold';
  log(line: string): void;
}

export interface MailChaosReport extends MailReconciliation {
  /** Attempts whose answer was never read. */
  readonly unread: number;
  readonly attempts: number;
  /** Held mails that arrived when they were released in the end; with `quarantine` none are. */
  readonly released: number;
  /** What was killed, in order. */
  readonly killed: readonly string[];
}

/** Of the mail's way, one after the other. Receivers of alerts have a chaos of their own. */
const killable = ['sensor', 'smtpd', ...targets.filter((name) => !name.endsWith('-receiver'))] as const;
export const killCount = killable.length;
const senders = 20;
const holdSeconds = 30;
/** A sender's own patience: longer than anything takes to come back. */
const patienceMs = 300_000;
const retryMs = 1000;

/** Mails through a real Postfix; while each batch is on its way, one process is killed. Then every mail is looked for. */
export async function runMailChaos(options: MailChaosOptions): Promise<MailChaosReport> {
  const { mails, keeping, log } = options;
  let note: (event: ProcessEvent) => void = () => undefined;
  const receiver = await MailReceiver.start();
  const ends: (() => Promise<unknown>)[] = [() => receiver.stop()];
  const system = await startTestSystem({
    scanners: 3,
    gateways: 2,
    resultsServices: 2,
    onEvent: (event) => note(event),
    variables: {
      AMQP_HEARTBEAT_SECONDS: '5',
      SETTING_SCAN_TIMEOUT_SECONDS: '10',
      SENSOR_MILTER_HOLD_SECONDS: String(holdSeconds),
      SENSOR_MILTER_WHEN_NOT_EXAMINED: `encrypted=${keeping}`,
      RELEASE_SMTP_URL: `smtp://127.0.0.1:${receiver.port}`,
    },
  });
  ends.push(() => system.end());
  try {
    const { broken, postfix } = await prepare(system, ends);
    note = (event) => broken.note(event);
    log(`${mails} mails, ${senders} at a time, ${killCount} kills`);
    const { sent, killed } = await sendAndKill(options, { broken, postfix });
    const held = keeping === 'hold' ? new HeldMails(system, receiver) : null;
    return await count(sent, { postfix, killed, held });
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

async function prepare(system: TestSystem, ends: (() => Promise<unknown>)[]) {
  const port = await findFreePort();
  const sensor = await system.addSensor({
    doors: [readDoor('milter', String(port), '')],
    register: (what, certificateFile) => registerSensor(system.home, what, certificateFile),
  });
  const broken = await BrokenSystem.of(system, [sensor]);
  ends.push(() => broken.close());
  const postfix = await RealPostfix.start({
    keys: await serverKeys(),
    mailboxes: [mailRecipient],
    settings: {
      smtpd_milters: `inet:127.0.0.1:${port}`,
      milter_default_action: 'tempfail',
      milter_content_timeout: '300s',
    },
  });
  ends.push(() => postfix.stop());
  return { broken, postfix };
}

interface MailArena {
  readonly broken: BrokenSystem;
  readonly postfix: RealPostfix;
}

async function sendAndKill(
  { mails, log }: Pick<MailChaosOptions, 'mails' | 'log'>,
  { broken, postfix }: MailArena,
): Promise<{ sent: SentMail[]; killed: string[] }> {
  const sent: SentMail[] = [];
  const killed: string[] = [];
  const startedMs = Date.now();
  for (const [index, target] of killable.entries()) {
    const first = Math.floor((index * mails) / killCount);
    const size = Math.floor(((index + 1) * mails) / killCount) - first;
    const batch = Array.from({ length: size }, (_, place) => chaosMail(first + place));
    const before = sent.length;
    const sending = sendBatch(postfix.port, batch, (mail) => sent.push(mail));
    // Some have their answers, others are on their way.
    await until(() => sent.length >= before + Math.min(size / 3, Math.max(1, size - senders)), patienceMs);
    const left = before + size - sent.length;
    const trace = target === 'smtpd' ? await killSmtpd(postfix) : await broken.kill(target);
    killed.push(target);
    log(
      `${((Date.now() - startedMs) / 1000).toFixed(1)} s  kill -9 ${target} with ${left} mails to go: ${trace}`,
    );
    await sending;
    if (target !== 'smtpd') await broken.whole([target]);
  }
  return { sent, killed };
}

async function sendBatch(
  port: number,
  batch: readonly ChaosMail[],
  onEnd: (mail: SentMail) => void,
): Promise<void> {
  const left = [...batch];
  const sendOn = async (): Promise<void> => {
    for (let mail = left.shift(); mail !== undefined; mail = left.shift()) onEnd(await sendMail(port, mail));
  };
  await Promise.all(Array.from({ length: senders }, sendOn));
}

/** As a mail server's queue does it: again, until it was taken or refused for good, or the sender gives up. */
async function sendMail(port: number, mail: ChaosMail): Promise<SentMail> {
  const raw = await writeMail(mail);
  const giveUpMs = Date.now() + patienceMs;
  const seen = { code: null as number | null, unread: 0, attempts: 0 };
  for (;;) {
    const attempt = await attemptMail(port, { from: mailSender, to: mailRecipient, raw });
    seen.attempts += 1;
    if (attempt.kind === 'unread') seen.unread += 1;
    if (attempt.kind === 'answered') seen.code = attempt.code;
    const isFinal = attempt.kind === 'answered' && (attempt.code < 400 || attempt.code >= 500);
    if (isFinal || Date.now() > giveUpMs) return { ...mail, ...seen };
    await pause(retryMs);
  }
}

/** All of them: each has a client's connection and one to the sensor. */
function killSmtpd(postfix: RealPostfix): Promise<string> {
  const found = execFileSync('ps', ['--ppid', String(postfix.pid), '-o', 'pid=,comm='], { encoding: 'utf8' });
  const pids = found.split('\n').flatMap((line) => /^\s*(\d+) smtpd$/.exec(line)?.[1] ?? []);
  if (pids.length === 0) throw new Error('no smtpd to kill');
  for (const pid of pids) process.kill(Number(pid), 'SIGKILL');
  return Promise.resolve(`${pids.length} processes ended`);
}

interface Found {
  readonly postfix: RealPostfix;
  readonly killed: readonly string[];
  /** Null: Sluice holds none. */
  readonly held: HeldMails | null;
}

async function count(sent: readonly SentMail[], { postfix, killed, held }: Found): Promise<MailChaosReport> {
  await until(async () => (await postfix.waitingCount()) === 0, patienceMs);
  const delivered = await postfix.mails(mailRecipient, 0);
  const atServer = await postfix.heldSources();
  const subjects = held === null ? [] : await held.subjects();
  const released = held === null ? [] : await held.release(patienceMs);
  const counted = reconcileMails(sent, {
    delivered: countedIds(delivered),
    held: countedIds([...atServer, ...subjects]),
  });
  const arrived = countedIds(released);
  const lost = subjects.filter((one) => !arrived.has(idIn(one) ?? ''));
  return {
    ...counted,
    problems: [...counted.problems, ...lost.map((one) => `${one}: held, and did not arrive when released`)],
    released: arrived.size,
    unread: sent.reduce((sum, { unread }) => sum + unread, 0),
    attempts: sent.reduce((sum, one) => sum + one.attempts, 0),
    killed,
  };
}

function countedIds(sources: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const source of sources) {
    const id = idIn(source) ?? 'a mail of no one';
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}
