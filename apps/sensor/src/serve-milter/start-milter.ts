import { mailHoldSeconds } from '@sluice/contracts';
import { MilterServer, type MilterReport } from '@sluice/milter';
import type { HostAndPort, Logger, StopStep } from '@sluice/runtime';
import { plainAddress } from '@sluice/runtime';
import type { Registration } from '../judge-objects/judge.js';
import { noteLimits } from '../note-limits.js';
import type { MailFault, SensorMetrics } from '../sensor-metrics.js';
import { FilterMail, type FilterMailDeps } from './filter-mail.js';
import { chosenMailSettings } from './mail-settings.js';
import { mailSettingsOf, type MilterVariables } from './milter.config.js';

/** How long mails that are being judged hold up a stop: whoever is hung up on tries again. */
const finishMs = 10_000;
/** Beyond the longest hold there may be: the judge gives up by itself, and what it knows by then is an answer. */
const holdMarginMs = 30_000;

export const milterRegistration = (config: MilterVariables): Registration => ({
  sensorId: config.SENSOR_MILTER_SENSOR_ID,
  type: 'mail',
  name: config.SENSOR_MILTER_NAME,
});

export interface MilterDeps {
  readonly judge: FilterMailDeps['judge'];
  readonly metrics: SensorMetrics;
  readonly spoolFolder: string;
  readonly logger: Logger;
}

export interface MilterListener extends StopStep {
  readonly port: number;
  /** What a gateway answered to `GET /scans/filters`: the policy of the console is in it. */
  readonly learn: (filters: unknown) => void;
}

export async function startMilter(
  config: MilterVariables,
  address: HostAndPort,
  { judge, metrics, spoolFolder, logger }: MilterDeps,
): Promise<MilterListener> {
  const chosen = chosenMailSettings(mailSettingsOf(config), {
    onVersion: (version) => logger.info({ version }, 'the policy of the mail sensor changed'),
    onFault: (err) =>
      logger.error({ err }, 'the policy of the mail sensor cannot be read; the former one holds'),
  });
  const from = config.SENSOR_MILTER_FROM;
  const noteLimit = noteLimits<'connections' | 'not-allowed'>('milter', { metrics, logger });
  const filter = new FilterMail({
    judge,
    settings: () => chosen.current,
    spoolFolder,
    onAnswered: ({ queueId, judgement, action, hold }) => {
      metrics.answeredMail(judgement.kind, action);
      if (hold !== undefined) metrics.askedToHold(typeof hold === 'object' ? 'held' : hold);
      logger.info({ queueId, judgement, action, hold }, 'mail answered');
    },
  });
  const server = new MilterServer({
    handlers: filter,
    actions: ['add-headers', 'change-headers', 'quarantine'],
    // What an MTA sends without being asked depends on its configuration.
    macros: { mail: ['auth_authen'], 'end-of-message': ['i', 'auth_authen'] },
    limits: {
      connections: config.SENSOR_MILTER_MAX_CONNECTIONS,
      holdMs: mailHoldSeconds.max * 1000 + holdMarginMs,
    },
    isAllowed: (peer) => from.isEmpty || from.has(plainAddress(peer)),
    report: (report) => {
      const fault = faultOf(report);
      // Each is answered 451, the library's answer.
      if (fault !== null) metrics.answeredMail(fault, 'tempfail');
      if (report.kind === 'connections-exceeded') return noteLimit('connections');
      if (report.kind === 'not-allowed') return noteLimit('not-allowed', { peer: report.peer });
      logReport(logger, report);
    },
  });
  metrics.watchInFlight('milter', () => filter.inFlight);
  await server.listen(address);
  logger.info({ ...address, port: server.port }, 'milter listener is up');
  return {
    name: 'milter listener',
    port: server.port,
    learn: (filters) => chosen.learn(filters),
    run: () => server.close(finishMs),
  };
}

function faultOf({ kind }: MilterReport): MailFault | null {
  switch (kind) {
    case 'handler-failed':
      return 'failed';
    case 'handler-too-slow':
      return 'too-slow';
    case 'limit-exceeded':
      return 'limit-exceeded';
    case 'protocol-error':
    case 'message-abandoned':
    case 'connections-exceeded':
    case 'not-allowed':
      return null;
  }
}

type LoggedReport = Exclude<MilterReport, { readonly kind: 'connections-exceeded' | 'not-allowed' }>;

function logReport(logger: Logger, report: LoggedReport): void {
  switch (report.kind) {
    case 'handler-failed':
      logger.error({ queueId: report.queueId, err: report.error }, 'a mail could not be examined');
      return;
    case 'protocol-error':
      logger.warn({ peer: report.peer, err: report.error }, 'a milter connection was ended');
      return;
    case 'message-abandoned':
      logger.info({ queueId: report.queueId }, 'an MTA left before its answer, and will try again');
      return;
    case 'handler-too-slow':
    case 'limit-exceeded':
      logger.warn({ ...report }, 'a bound of the milter listener was reached');
      return;
  }
}
