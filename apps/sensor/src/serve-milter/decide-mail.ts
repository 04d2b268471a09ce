import type { MailAction } from '@sluice/contracts';
import type { Decision, Edit, Header, HeaderLine, SmtpReply } from '@sluice/milter';
import type { Absence, MailJudgement } from './mail-judgement.js';
import { strictest, type MailPolicy } from './mail-policy.js';

/** Headers of ours; whoever sent a mail with one of them made it up. */
const ourHeaders = /^x-sluice-/i;
/** A name goes into a reply and a header: letters that mean nothing to either, and no more of them than fit. */
const notOfAName = /[^A-Za-z0-9._/+-]/g;
const maxNameCharacters = 200;
const maxNames = 5;
/** With its name well below the 998 characters of a line (RFC 5322). At least two names of the longest. */
const maxNamesCharacters = 402;
/** Each is an edit that the MTA makes by a walk through all headers; an honest mail has a handful from each sensor it passed. */
const maxForged = 50;

export interface MailDecision {
  readonly action: MailAction | 'deliver';
  readonly decision: Decision;
}

/**
 * The one place where a judgement becomes what happens to a mail. `headers` are those it came with. One that is to be held is
 * put off here: only who knows that it is held may let the MTA drop it (hold-mail.ts).
 */
export function decideMail(
  judgement: MailJudgement,
  policy: MailPolicy,
  headers: readonly Header[],
): MailDecision {
  const action = actionFor(judgement, policy);
  const forged = headers.map(({ name }) => name.toLowerCase()).filter((name) => ourHeaders.test(name));
  if (forged.length > maxForged && action !== 'tempfail' && action !== 'hold') {
    return { action: 'reject', decision: { answer: { kind: 'reply', reply: tooManyForged } } };
  }
  const names = new Set(forged);
  switch (action) {
    case 'reject':
    case 'tempfail':
      return { action, decision: { answer: { kind: 'reply', reply: replyFor(judgement, action) } } };
    case 'hold':
      return { action, decision: { answer: { kind: 'reply', reply: replyFor(judgement, 'tempfail') } } };
    case 'quarantine':
      return {
        action,
        decision: deliver(judgement, names, [{ kind: 'quarantine', reason: textOf(judgement) }]),
      };
    case 'tag':
    case 'deliver':
      return { action, decision: deliver(judgement, names) };
  }
}

function actionFor(judgement: MailJudgement, policy: MailPolicy): MailDecision['action'] {
  switch (judgement.kind) {
    case 'clean':
      return 'deliver';
    case 'passed':
    case 'released':
    case 'skipped':
      return 'tag';
    case 'infected':
      return policy.whenDetected;
    case 'not-examined':
      return strictest(judgement.reasons.map((reason) => policy.whenNotExamined[reason]));
    case 'unavailable':
      return policy.whenAway === 'tag' && isOfSender(judgement.why) ? 'tempfail' : policy.whenAway;
  }
}

/**
 * A sender can make a mail that scans for longer than the hold, that is refused or that a gateway fails at, and can send as
 * many as there may be: delivering such would be its choice.
 */
const isOfSender = (why: Absence): boolean => why !== 'away' && why !== 'not-accepted';

const tooManyForged: SmtpReply = {
  code: 550,
  enhancedCode: '5.7.1',
  lines: [`Message refused, it has more than ${maxForged} headers named X-Sluice-`],
};

/** Removing comes first: it counts in the headers that the MTA sent. */
function deliver(
  judgement: MailJudgement,
  forged: ReadonlySet<string>,
  edits: readonly Edit[] = [],
): Decision {
  return {
    answer: { kind: 'continue' },
    edits: [
      ...[...forged].map((name): Edit => ({ kind: 'remove-headers', name })),
      { kind: 'prepend-headers', headers: headersFor(judgement) },
      ...edits,
    ],
  };
}

/** `X-Sluice-Verdict` is one word of a closed list, so that a rule of a mail program can ask for it. */
function headersFor(judgement: MailJudgement): HeaderLine[] {
  const lines: HeaderLine[] = [{ name: 'X-Sluice-Verdict', value: verdictWords[judgement.kind] }];
  const details = detailsOf(judgement);
  if (details !== '') lines.push({ name: 'X-Sluice-Details', value: details });
  const reference = referenceOf(judgement);
  if (reference !== null) lines.push({ name: 'X-Sluice-Reference', value: reference });
  return lines;
}

const verdictWords: Readonly<Record<MailJudgement['kind'], string>> = {
  clean: 'clean',
  passed: 'not-examined',
  released: 'released',
  infected: 'infected',
  'not-examined': 'not-examined',
  unavailable: 'not-examined',
  skipped: 'skipped',
};

function detailsOf(judgement: MailJudgement): string {
  switch (judgement.kind) {
    case 'clean':
      return '';
    case 'infected':
      return joinNames(judgement.names.slice(0, maxNames).map(cleanName));
    case 'passed':
      return `allowed by policy: ${judgement.reasons.join(', ')}`;
    case 'released':
      return `by an operator, was ${cleanName(judgement.stateBefore)}`;
    case 'not-examined':
      return judgement.reasons.join(', ');
    case 'unavailable':
      return `no verdict: ${judgement.why}`;
    case 'skipped':
      return judgement.reason;
  }
}

/** Whole names, as many as fit. */
function joinNames(names: readonly string[]): string {
  const text = names.join(', ');
  return text.length > maxNamesCharacters ? joinNames(names.slice(0, -1)) : text;
}

const cleanName = (name: string): string => name.slice(0, maxNameCharacters).replace(notOfAName, '_');
const referenceOf = (judgement: MailJudgement): string | null =>
  judgement.kind === 'skipped' ? null : judgement.scanId;

function textOf(judgement: MailJudgement): string {
  const reference = referenceOf(judgement);
  const details = detailsOf(judgement).slice(0, maxNameCharacters);
  const about =
    judgement.kind === 'infected' ? `malware was found: ${details}` : `it was not examined: ${details}`;
  return reference === null ? about : `${about} (reference ${reference})`;
}

function replyFor(judgement: MailJudgement, action: 'reject' | 'tempfail'): SmtpReply {
  const isTooLarge = judgement.kind === 'not-examined' && judgement.reasons.includes('too-large');
  const lines = [`Message refused, ${textOf(judgement)}`];
  if (action === 'tempfail') return { code: 451, enhancedCode: '4.7.1', lines };
  return isTooLarge
    ? { code: 552, enhancedCode: '5.3.4', lines }
    : { code: 550, enhancedCode: '5.7.1', lines };
}
