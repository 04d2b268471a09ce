import { describe, expect, it } from 'vitest';
import {
  awayActions,
  keepingActions,
  mailReasons,
  type AwayAction,
  type KeepingAction,
  type MailReason,
} from '@sluice/contracts';
import type { Decision, Edit, Header } from '@sluice/milter';
import { decideMail } from './decide-mail.js';
import type { MailJudgement } from './mail-judgement.js';
import { defaultMailPolicy, type MailPolicy } from './mail-policy.js';

type Unavailable = Extract<MailJudgement, { kind: 'unavailable' }>;
const clean: MailJudgement = { kind: 'clean', scanId: 'mail-1' };
const infected: MailJudgement = { kind: 'infected', scanId: 'mail-1', names: ['Eicar-Test'] };
const encrypted: MailJudgement = { kind: 'not-examined', scanId: 'mail-1', reasons: ['encrypted'] };
const unavailable: Unavailable = { kind: 'unavailable', scanId: null, why: 'away' };

const policyOf = (action: AwayAction, kept: KeepingAction = 'tempfail'): MailPolicy => ({
  whenDetected: action,
  whenNotExamined: Object.fromEntries(
    mailReasons.map((reason) => [reason, kept]),
  ) as MailPolicy['whenNotExamined'],
  whenAway: action,
});
/** What happens to the mail, by what is sent to the MTA. */
function fateOf({ answer, edits = [] }: Decision): string {
  if (answer.kind === 'reply') return answer.reply.code < 500 ? 'tempfail' : 'reject';
  const isHeld = edits.some(({ kind }) => kind === 'quarantine');
  return answer.kind === 'continue' ? (isHeld ? 'quarantine' : 'tag') : answer.kind;
}
const putOffAtFirst = (action: KeepingAction): string => (action === 'hold' ? 'tempfail' : action);
const headersOf = (edits: readonly Edit[] = []): Record<string, string> =>
  Object.fromEntries(
    edits.flatMap((edit) =>
      edit.kind === 'prepend-headers' ? edit.headers.map((one) => [one.name, one.value]) : [],
    ),
  );
const decide = (judgement: MailJudgement, policy = defaultMailPolicy) =>
  decideMail(judgement, policy, []).decision;

describe('decideMail', () => {
  describe.each(awayActions)('with a policy of %s', (action) => {
    it.each([infected, unavailable, { ...unavailable, why: 'not-accepted' as const }])(
      'does that with mail that is $kind',
      (judgement) => expect(fateOf(decide(judgement, policyOf(action)))).toBe(action),
    );
    it('delivers what an operator released, by that name', () => {
      const decision = decide(
        { kind: 'released', scanId: 'mail-1', stateBefore: 'detect' },
        policyOf(action),
      );
      expect(fateOf(decision)).toBe('tag');
      expect(headersOf(decision.edits)).toEqual({
        'X-Sluice-Verdict': 'released',
        'X-Sluice-Details': 'by an operator, was detect',
        'X-Sluice-Reference': 'mail-1',
      });
    });
    it('delivers clean mail', () => expect(fateOf(decide(clean, policyOf(action)))).toBe('tag'));
  });
  it.each(['unfinished', 'refused', 'failed', 'overloaded'] as const)(
    'never delivers what a sender can have unexamined by the mail it makes: %s',
    (why) =>
      expect(awayActions.map((action) => fateOf(decide({ ...unavailable, why }, policyOf(action))))).toEqual([
        'reject',
        'quarantine',
        'tempfail',
        'tempfail',
      ]),
  );
  it.each(keepingActions)('does with mail that was not examined what its policy says: %s', (action) => {
    const { action: chosen, decision } = decideMail(encrypted, policyOf('tag', action), []);
    expect(chosen).toBe(action);
    expect(fateOf(decision)).toBe(putOffAtFirst(action));
  });
  it('puts off what is to be held: whether it is held is not known here', () => {
    const policy: MailPolicy = { ...defaultMailPolicy, whenDetected: 'hold' };
    expect(decideMail(infected, policy, [])).toMatchObject({
      action: 'hold',
      decision: { answer: { kind: 'reply', reply: { code: 451 } } },
    });
  });
  it.each(mailReasons.flatMap((reason) => keepingActions.map((action) => [reason, action] as const)))(
    'does with mail that was not examined for %s what was chosen for that reason: %s',
    (reason, action) => {
      const other = action === 'tempfail' || action === 'hold' ? 'reject' : 'tempfail';
      const policy = policyOf('tag', other);
      const whenNotExamined = { ...policy.whenNotExamined, [reason]: action };
      const judgement: MailJudgement = { kind: 'not-examined', scanId: null, reasons: [reason] };
      expect(fateOf(decide(judgement, { ...policy, whenNotExamined }))).toBe(putOffAtFirst(action));
    },
  );
  it.each(mailReasons)('by default does not let through what was not examined: %s', (reason) => {
    const fate = fateOf(decide({ kind: 'not-examined', scanId: null, reasons: [reason] }));
    expect(fate).toBe(reason === 'too-large' ? 'reject' : 'tempfail');
  });
  it('by default refuses malware for good, and what was never looked at for now', () => {
    expect(fateOf(decide(infected))).toBe('reject');
    expect(fateOf(decide(unavailable))).toBe('tempfail');
  });
  it('does the strictest of several reasons', () => {
    const policy = policyOf('tag');
    const whenNotExamined = {
      ...policy.whenNotExamined,
      damaged: 'quarantine',
      encrypted: 'reject',
    } as const;
    const fate = (...reasons: MailReason[]) =>
      fateOf(decide({ kind: 'not-examined', scanId: null, reasons }, { ...policy, whenNotExamined }));
    expect(fate('unsupported')).toBe('tempfail');
    expect(fate('unsupported', 'damaged')).toBe('quarantine');
    expect(fate('damaged', 'encrypted')).toBe('reject');
    expect(fate()).toBe('tempfail');
  });
  it.each<[MailJudgement, Record<string, string>]>([
    [clean, { 'X-Sluice-Verdict': 'clean', 'X-Sluice-Reference': 'mail-1' }],
    [
      infected,
      { 'X-Sluice-Verdict': 'infected', 'X-Sluice-Details': 'Eicar-Test', 'X-Sluice-Reference': 'mail-1' },
    ],
    [
      { kind: 'passed', scanId: 'mail-1', reasons: ['encrypted'] },
      {
        'X-Sluice-Verdict': 'not-examined',
        'X-Sluice-Details': 'allowed by policy: encrypted',
        'X-Sluice-Reference': 'mail-1',
      },
    ],
    [
      { kind: 'skipped', reason: 'client' },
      { 'X-Sluice-Verdict': 'skipped', 'X-Sluice-Details': 'client' },
    ],
  ])('says what is known in headers: %j', (judgement, headers) =>
    expect(headersOf(decide(judgement, policyOf('tag')).edits)).toEqual(headers),
  );
  it('removes headers of ours that a mail came with, before it adds its own', () => {
    const forged = ['X-Sluice-Verdict', 'x-sluice-other', 'X-SLUICE-VERDICT', 'X-Other'];
    const headers = forged.map((name) => ({ name, value: Buffer.from(' clean') }));
    const { edits = [] } = decideMail(clean, defaultMailPolicy, headers).decision;
    expect(edits.map((edit) => (edit.kind === 'remove-headers' ? edit.name : edit.kind))).toEqual([
      'x-sluice-verdict',
      'x-sluice-other',
      'prepend-headers',
    ]);
  });
  it('refuses a mail with more headers of ours than are worth removing, also one that would be held', () => {
    const forge = (count: number, name = (at: number) => `X-Sluice-${at}`) =>
      Array.from({ length: count }, (_none, at) => ({ name: name(at), value: Buffer.from(' x') }));
    const fate = (headers: readonly Header[], judgement: MailJudgement = clean, policy = defaultMailPolicy) =>
      fateOf(decideMail(judgement, policy, headers).decision);
    expect([fate(forge(50)), fate(forge(51))]).toEqual(['tag', 'reject']);
    expect(fate(forge(9_990, () => 'X-Sluice-Verdict'))).toBe('reject');
    expect(fate(forge(51), infected, policyOf('quarantine'))).toBe('reject');
    expect(fate(forge(51), unavailable)).toBe('tempfail');
    expect(decideMail(clean, defaultMailPolicy, forge(51))).toMatchObject({
      action: 'reject',
      decision: { answer: { reply: { lines: [expect.stringContaining('more than 50 headers')] } } },
    });
  });
  it('puts nothing of an attacker’s into a reply or a header', () => {
    const name = `Evil\r\n250 ok <script>%s ${'x'.repeat(1000)}`;
    const judgement: MailJudgement = { kind: 'infected', scanId: 'mail-1', names: Array(50).fill(name) };
    const { answer } = decide(judgement);
    const [line = ''] = answer.kind === 'reply' ? answer.reply.lines : [];
    expect(line).toMatch(
      /^Message refused, malware was found: Evil__250_ok__script__[A-Za-z0-9_,. ]{1,200} \(reference mail-1\)$/,
    );
    expect(headersOf(decide(judgement, policyOf('tag')).edits)['X-Sluice-Details']).toMatch(
      /^[A-Za-z0-9_, ]{200}, [A-Za-z0-9_]{200}$/,
    );
  });
  it('says 552 of a mail that is too large', () => {
    const { answer } = decide({ kind: 'not-examined', scanId: null, reasons: ['too-large'] });
    expect(answer).toMatchObject({ kind: 'reply', reply: { code: 552, enhancedCode: '5.3.4' } });
  });
});
