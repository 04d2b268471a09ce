import { deliveryKindNames, deliveryStateWords } from '../notifications/deliveries/delivery.js';
import { channelStateWords, kindWords } from '../notifications/channel.js';
import {
  alertsFeedNames,
  answerFormatNames,
  stateWords,
  typeNames,
} from '../external-systems/external-system.js';
import { holdWords } from '../quarantine/hold-words.js';
import { settingOptionNames } from '../settings/setting-texts.js';
import { roleNames } from '../texts/role-names.js';
import {
  alertStateWords,
  describeReason,
  dispositionNames,
  importanceWords,
  scanStateWords,
  technologyNames,
} from '../texts/words.js';

type Names = Readonly<Record<string, string>>;

const namesOf = (words: Readonly<Record<string, { readonly name: string }>>): Names =>
  Object.fromEntries(Object.entries(words).map(([value, { name }]) => [value, name]));

const states: Names = {
  ...namesOf(scanStateWords),
  ...namesOf(deliveryStateWords),
  ...namesOf(channelStateWords),
  ...namesOf(holdWords),
  ...namesOf(stateWords),
  ...namesOf(alertStateWords),
};
const importances = namesOf(importanceWords);
const mailActions: Names = {
  reject: 'Refuse for good',
  quarantine: 'Hold at the mail server',
  hold: 'Hold in Sluice',
  tempfail: 'Refuse for now',
  tag: 'Deliver with a header',
  block: 'Block',
  error: 'Answer ERROR',
};
const forms: Names = {
  original: 'As it came',
  attachment: 'Attached to a mail',
  refusal: 'Notice to the sender',
  mail: 'E-mail',
  cef: 'CEF',
  json: 'JSON',
};

/** What a value means depends on what it is the value of: `error` is a state of scans and an answer to clients. */
const valuesOf: Readonly<Record<string, Names>> = {
  state: states,
  stateBefore: states,
  stateAfter: states,
  ifState: states,
  type: { ...typeNames, file: 'File', email: 'E-mail' },
  types: typeNames,
  claimedType: typeNames,
  source: typeNames,
  importance: importances,
  minimumImportance: importances,
  disposition: dispositionNames,
  dispositionBefore: dispositionNames,
  dispositionAfter: dispositionNames,
  technology: technologyNames,
  technologies: technologyNames,
  role: roleNames,
  kind: {
    ...namesOf(kindWords),
    ...deliveryKindNames,
    operator: 'Operator',
    token: 'API token',
    scan: 'Scan',
    message: 'Message',
  },
  level: { down: 'Down', degraded: 'Degraded', advisory: 'Reminder' },
  healthFrom: { down: 'Down', degraded: 'Degraded', advisory: 'Reminder' },
  answerFormat: answerFormatNames,
  alertsFeed: alertsFeedNames,
  unexaminedPolicy: { detect: 'Detected', error: 'Not examined', 'not detected': 'Not detected' },
  whenDetected: mailActions,
  whenNotExamined: mailActions,
  whenAway: mailActions,
  mode: { replace: 'In place of the others', add: 'Beside the others' },
  names: { sluice: 'Sluice.NotExamined', clamd: 'Heuristics' },
  security: { none: 'Not encrypted', starttls: 'STARTTLS', tls: 'TLS' },
  transport: { udp: 'UDP', tcp: 'TCP', tls: 'TLS' },
  format: forms,
  form: forms,
  endReason: {
    done: 'All were looked at',
    overtaken: 'Newer signatures began another',
    stopped: 'Switched off',
  },
};
const reasonKeys = ['reason', 'reasons'];

/** The value in the words its own page has for it; null: it is no word of the API, but a name or a text. */
export function describeValue(key: string, value: string): string | null {
  if (reasonKeys.includes(key)) return describeReason(value);
  const names = Object.hasOwn(valuesOf, key) ? valuesOf[key] : settingOptionNames[key];
  return names !== undefined && Object.hasOwn(names, value) ? (names[value] ?? null) : null;
}
