import type { Database } from '@sluice/database';
import type { Logger } from '@sluice/runtime';
import { PeriodicWork, type PeriodicWorkOptions } from '@sluice/timing';
import { ExpireDeliveries } from './expire-deliveries/expire-deliveries.service.js';
import { publishSealingKey } from './keep-secrets/sealing-key.js';
import { lookAgainInMs, nothingWaits } from './look-for-work/look-again.js';
import { announcedOn, lookForWork, type WaitingWork } from './look-for-work/look-for-work.query.js';
import { MakeDeliveries } from './make-deliveries/make-deliveries.service.js';
import { ReleaseMail, type ReleaseMailOptions } from './release-mail/release-mail.service.js';
import { SendAuditHeads } from './send-audit-heads/send-audit-heads.service.js';
import { SendDeliveries, type SendDeliveriesOptions } from './send-deliveries/send-deliveries.service.js';
import { WatchOperation } from './watch-operation/watch-operation.service.js';

/** After a failure the database is likely to be away; it isn't asked more often than this. */
const pauseAfterFailureMs = 1000;
/** How soon a release that became due is taken. */
const releaseMs = 300;
const watchMs = 15_000;
/** Heads go out a minute apart at most; this is how soon a changed one is seen. */
const headMs = 15_000;
const expireMs = 10 * 60_000;
const keyMs = 30_000;

export interface WorkOptions extends Omit<SendDeliveriesOptions, 'onFree'> {
  readonly database: Database;
  readonly broker: { readonly problem: string | null };
  readonly logger: Logger;
  readonly privateKeyPem: string;
  /** Null: this notifier was given no receiver to release mail to. */
  readonly releases:
    | (Pick<ReleaseMailOptions, 'openStore' | 'transport' | 'from' | 'leaseMs'> & {
        /** The receiver, for people. */
        readonly to: string;
      })
    | null;
}

export interface Work {
  readonly busy: number;
  /** Attempts under way get `graceMs` to end. */
  stop(graceMs: number): Promise<void>;
}

/** Everything the notifier does by itself. Any number of instances may do it at once. */
export function startWork(options: WorkOptions): Work {
  const { database, logger } = options;
  const sends = new SendDeliveries({ ...options, onFree: () => sending.wake() });
  const makes = new MakeDeliveries(database, logger);
  const watches = new WatchOperation(database, options.broker);
  const releases =
    options.releases === null
      ? null
      : new ReleaseMail({ database, logger, ...options.releases, onFree: () => releasing?.wake() });
  const heads = new SendAuditHeads(options);
  const expires = new ExpireDeliveries(database);

  const regularly = (
    name: string,
    intervalMs: PeriodicWorkOptions['intervalMs'],
    run: () => Promise<unknown>,
  ) =>
    new PeriodicWork({
      run,
      intervalMs,
      failurePauseMs: pauseAfterFailureMs,
      onFailure: (err) => logger.warn({ err, work: name }, 'regular work failed, tried again'),
    }).start();
  // One run takes for each channel all that it has room for; what is freed or due later wakes the next.
  const sending = regularly('send', null, () => sends.run());
  const releasing =
    releases === null ? null : regularly('release', releaseMs, async () => (await releases.run()) > 0);
  const wakeAfter = async (made: Promise<number>): Promise<boolean> => {
    const isAny = (await made) > 0;
    if (isAny) sending.wake();
    return isAny;
  };
  const making = regularly('make', null, () => wakeAfter(makes.run()));
  // What keeps an alert from being told is first of all this. One small statement; the rest runs when it found something.
  let found: WaitingWork = nothingWaits;
  const lookAgain = () => lookAgainInMs(found, sends.busy > 0);
  const looking = regularly('look', lookAgain, async () => {
    found = await lookForWork(database.query);
    if (found.hasAlerts) making.wake();
    if (found.dueInMs === 0) sending.wake();
  });
  const announcements = database.listen(announcedOn, () => looking.wake());
  const works = [
    regularly('watch', watchMs, async () => void (await wakeAfter(watches.run()))),
    regularly('audit head', headMs, async () => void (await heads.run())),
    regularly('expire', expireMs, () => expires.run()),
    regularly('sealing key', keyMs, () =>
      publishSealingKey(database, {
        privateKeyPem: options.privateKeyPem,
        consoleUrl: options.consoleUrl,
        releasesTo: options.releases?.to ?? null,
      }),
    ),
    ...(releasing === null ? [] : [releasing]),
  ];
  return {
    get busy() {
      return sends.busy + (releases?.busy ?? 0);
    },
    stop: async (graceMs) => {
      await Promise.all([announcements, looking, making, sending, ...works].map((work) => work.stop()));
      await Promise.all([sends.stop(graceMs), releases?.stop(graceMs)]);
    },
  };
}
