import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { JudgementKind } from './judge-objects/judgement.js';
import type { HoldOutcome } from './judge-objects/hold-outcome.js';
import type { MailDecision } from './serve-milter/decide-mail.js';
import type { MailJudgement } from './serve-milter/mail-judgement.js';

export type ListenerName = 'clamd' | 'milter';

/** Why a mail was refused for now without a judgement. */
export type MailFault = 'failed' | 'too-slow' | 'limit-exceeded';

export interface SensorMetrics {
  readonly judged: (listener: ListenerName, judgement: JudgementKind) => void;
  /** Mail that was skipped is counted too: nothing goes by in silence. */
  readonly answeredMail: (
    judgement: MailJudgement['kind'] | MailFault,
    action: MailDecision['action'],
  ) => void;
  /** All but `held` were put off. */
  readonly askedToHold: (outcome: 'held' | Exclude<HoldOutcome, object>) => void;
  /** A bound of a listener turned a client away. */
  readonly reachedLimit: (listener: ListenerName, limit: string) => void;
  readonly watchInFlight: (listener: ListenerName, count: () => number) => void;
}

export function createSensorMetrics(registry: Registry): SensorMetrics {
  const registers = [registry];
  const judgements = new Counter({
    name: 'sluice_sensor_judgements_total',
    help: 'Objects by listener and what became of them',
    labelNames: ['listener', 'judgement'],
    registers,
  });
  const mails = new Counter({
    name: 'sluice_sensor_mails_total',
    help: 'Mails answered to an MTA, by what was known of them and what was done',
    labelNames: ['judgement', 'action'],
    registers,
  });
  const holds = new Counter({
    name: 'sluice_sensor_mail_holds_total',
    help: 'Mails that were to be held, by what came of it; all but held were put off',
    labelNames: ['outcome'],
    registers,
  });
  const limits = new Counter({
    name: 'sluice_sensor_limits_reached_total',
    help: 'Clients and mails that a bound of a listener turned away',
    labelNames: ['listener', 'limit'],
    registers,
  });
  const watched = new Map<ListenerName, () => number>();
  new Gauge({
    name: 'sluice_sensor_in_flight',
    help: 'Objects that are being received or judged',
    labelNames: ['listener'],
    registers,
    collect() {
      for (const [listener, count] of watched) this.set({ listener }, count());
    },
  });
  return {
    judged: (listener, judgement) => judgements.inc({ listener, judgement }),
    answeredMail: (judgement, action) => mails.inc({ judgement, action }),
    askedToHold: (outcome) => holds.inc({ outcome }),
    reachedLimit: (listener, limit) => limits.inc({ listener, limit }),
    watchInFlight: (listener, count) => void watched.set(listener, count),
  };
}
