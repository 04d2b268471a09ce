import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MilterServer } from '@sluice/milter';
import { MilterPeer, type PeerMessage, type PeerReply } from '@sluice/milter/testing';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ObjectToJudge } from '../judge-objects/judge.js';
import type { HoldOutcome } from '../judge-objects/hold-outcome.js';
import type { Judgement } from '../judge-objects/judgement.js';
import { FilterMail, type AnsweredMail } from './filter-mail.js';
import { defaultMailPolicy } from './mail-policy.js';
import type { MailSettings } from './mail-settings.js';

interface Asked extends Omit<ObjectToJudge, 'content' | 'fields' | 'signal'> {
  readonly bytes: string;
  readonly fields: readonly (readonly [string, string])[];
}

const clean: Judgement = {
  kind: 'clean',
  report: {
    scanId: 'mail-1',
    state: 'not detected',
    reason: null,
    object: { type: null },
    detections: [],
    engines: [],
    notExamined: [],
    notExaminedTotal: 0,
    policyApplied: null,
    released: null,
  },
};

const settings: MailSettings = {
  policy: defaultMailPolicy,
  skipLists: { senders: new Set(), recipients: new Set(), users: new Set(), isClient: () => false },
  maxMessageBytes: 1_000_000,
  holdMs: 240_000,
};

const ends: (() => Promise<unknown>)[] = [];
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sluice-filter-mail-'));
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  await rm(folder, { recursive: true });
});

/** A milter of a judge that answers `judgement`, and an MTA that is connected to it. */
async function start(
  judgement: Judgement | Error,
  changes: Partial<MailSettings> & { readonly spoolFolder?: string } = {},
  isServed = false,
  hold: HoldOutcome = 'unanswered',
) {
  const askedToHold: string[] = [];
  const asked: Asked[] = [];
  const answered: AnsweredMail[] = [];
  const filter = new FilterMail({
    judge: {
      judge: async ({ content, fields, signal: _signal, ...rest }) => {
        const pieces: Buffer[] = [];
        for await (const piece of content.read()) pieces.push(piece);
        const named = fields.map(({ name, value }) => [name, value] as const);
        asked.push({ ...rest, bytes: Buffer.concat(pieces).toString('latin1'), fields: named });
        if (judgement instanceof Error) throw judgement;
        return judgement;
      },
      isServed: () => Promise.resolve(isServed),
      hold: (scanId) => Promise.resolve((askedToHold.push(scanId), hold)),
    },
    settings: () => ({ ...settings, ...changes }),
    spoolFolder: changes.spoolFolder ?? folder,
    onAnswered: (mail) => answered.push(mail),
  });
  const server = new MilterServer({
    handlers: filter,
    actions: ['add-headers', 'change-headers', 'quarantine'],
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  ends.push(() => server.close());
  const peer = await MilterPeer.start(server.port);
  ends.push(() => peer.close());
  const send = async (message: PeerMessage = {}): Promise<string> => fateOf(await peer.message(message));
  return { asked, askedToHold, answered, peer, filter, send };
}

/** What becomes of the mail, by what the MTA is told. */
function fateOf(replies: readonly PeerReply[]): string {
  const last = replies.at(-1);
  if (last?.letter === 'y') return last.data.toString('latin1', 0, 3) < '5' ? 'tempfail' : 'reject';
  if (last?.letter !== 'c') return `answered ${last?.letter}`;
  return replies.some(({ letter }) => letter === 'q') ? 'quarantine' : 'delivered';
}

describe('FilterMail', () => {
  it('asks for the mail as the MTA has it, with its envelope and where it came from', async () => {
    const { peer, asked, send, filter } = await start(clean);
    peer.connectFrom('client.example', '192.0.2.1');
    peer.send('H', 'helo.example\0');
    peer.macros('M', { '{auth_authen}': 'anna' });
    const headers = [
      ['Subject', ' x'],
      ['Message-Id', ' <1@example.org>'],
    ] as const;
    const recipients = ['b@example.org', 'c@example.org'];
    expect(await send({ headers, recipients, queueId: '4ABC', body: 'body\r\n' })).toBe('delivered');
    expect(asked).toEqual([
      {
        bytes: 'Subject: x\r\nMessage-Id: <1@example.org>\r\n\r\nbody\r\n',
        filename: 'message.eml',
        objectType: 'email',
        holdMs: 240_000,
        scanId: expect.stringMatching(/^mail-[0-9a-f]{40}$/),
        fields: [
          ['mailFrom', 'a@example.org'],
          ['clientAddress', '192.0.2.1'],
          ['clientName', 'client.example'],
          ['helo', 'helo.example'],
          ['authenticatedUser', 'anna'],
          ['queueId', '4ABC'],
          ['messageId', '<1@example.org>'],
          ['rcptTo', 'b@example.org'],
          ['rcptTo', 'c@example.org'],
        ],
      },
    ]);
    expect(filter.inFlight).toBe(0);
  });
  it('asks with fields that a gateway takes, however long an address or a name is', async () => {
    const { peer, asked, send } = await start(clean);
    const long = `${'ä'.repeat(5000)}@example.org`;
    peer.send('H', `${long}\0`);
    peer.macros('M', { '{auth_authen}': long });
    await send({ sender: long, recipients: [long, `b${long}`], headers: [['Message-Id', ` <${long}>`]] });
    const bytes = (asked[0]?.fields ?? []).map(([, value]) => Buffer.byteLength(value));
    expect(bytes).toHaveLength(6);
    expect(Math.max(...bytes)).toBeLessThan(4096);
  });
  it('calls the scan of a mail that comes again the same, from wherever; of any other mail otherwise', async () => {
    const { peer, asked, send } = await start(clean);
    const mails: PeerMessage[] = [
      { recipients: ['b@example.org', 'c@example.org'], queueId: '1' },
      { recipients: ['c@example.org', 'b@example.org'], queueId: '2' },
      { recipients: ['b@example.org'] },
      { recipients: ['b@example.org', 'c@example.org'], sender: '' },
      { recipients: ['b@example.org', 'c@example.org'], body: 'other\r\n' },
    ];
    for (const mail of mails) {
      peer.connectFrom('client.example', `192.0.2.${asked.length + 1}`);
      await send(mail);
    }
    const [first, again, ...others] = asked.map(({ scanId }) => scanId);
    expect(again).toBe(first);
    expect(new Set([first, ...others]).size).toBe(4);
  });
  it.each<[string, Judgement | Error, string]>([
    ['clean', clean, 'delivered'],
    ['detected', { ...clean, kind: 'detected' }, 'reject'],
    ['not examined', { ...clean, kind: 'not-examined', reason: 'encrypted' }, 'tempfail'],
    ['too large', { kind: 'too-large' }, 'reject'],
    ['unfinished', { kind: 'unfinished', scanId: 'mail-1' }, 'tempfail'],
    ['overloaded', { kind: 'overloaded' }, 'tempfail'],
    ['not accepted', { kind: 'not-accepted' }, 'tempfail'],
    ['away', { kind: 'away' }, 'tempfail'],
    ['refused', { kind: 'refused', status: 400 }, 'tempfail'],
    ['a fault', new Error('broken'), 'tempfail'],
  ])('a mail whose judgement is %s', async (_what, judgement, fate) => {
    const { send } = await start(judgement);
    expect(await send()).toBe(fate);
  });
  describe('with a policy of hold', () => {
    const policy = {
      ...defaultMailPolicy,
      whenDetected: 'hold',
      whenNotExamined: { ...defaultMailPolicy.whenNotExamined, encrypted: 'hold' },
    } as const;
    const encrypted: Judgement = { ...clean, kind: 'not-examined', reason: 'encrypted' };
    const held = { held: '00000000-0000-4000-8000-000000000001' };

    it.each<[string, Judgement]>([
      ['detected', { ...clean, kind: 'detected' }],
      ['not examined', encrypted],
    ])('has the MTA drop mail that was %s once Sluice says that it holds it', async (_what, judgement) => {
      const { send, answered, askedToHold } = await start(judgement, { policy }, false, held);
      expect(await send()).toBe('answered d');
      expect(askedToHold).toEqual(['mail-1']);
      expect(answered).toMatchObject([{ action: 'hold', hold: held }]);
    });
    it.each<[string, HoldOutcome]>([
      ['no gateway answers in time, or results does not', 'unanswered'],
      ['the answer does not say so', 'unreadable'],
      ['the scan is not there any more', 'unknown'],
      ['the object was evicted', 'not-kept'],
      ['what is stored is another mail', 'other-mail'],
      ['there is no room', 'full'],
    ])('puts a mail off when %s', async (_when, hold) => {
      const { send, answered } = await start(encrypted, { policy }, false, hold);
      expect(await send()).toBe('tempfail');
      expect(answered).toMatchObject([{ action: 'tempfail', hold }]);
    });
    it('asks to hold nothing else', async () => {
      const { send, askedToHold } = await start(clean, { policy }, false, held);
      expect(await send()).toBe('delivered');
      expect(askedToHold).toEqual([]);
    });
    it('does not hold what was never submitted', async () => {
      const whenNotExamined = { ...policy.whenNotExamined, 'too-large': 'hold' } as const;
      const changes = { policy: { ...policy, whenNotExamined } };
      const { send, askedToHold } = await start({ kind: 'too-large' }, changes, false, held);
      expect(await send()).toBe('tempfail');
      expect(askedToHold).toEqual([]);
    });
  });
  it.each([
    ['while nothing is answered', false, 'delivered'],
    ['while gateways answer and fail at this mail alone', true, 'tempfail'],
  ])('a mail without an answer, with a policy of tag, %s', async (_when, isServed, fate) => {
    const policy = { ...defaultMailPolicy, whenAway: 'tag' } as const;
    const { send, answered } = await start({ kind: 'away' }, { policy }, isServed);
    expect(await send()).toBe(fate);
    const why = isServed ? 'failed' : 'away';
    expect(answered).toMatchObject([{ judgement: { kind: 'unavailable', why } }]);
  });
  it('does not ask for mail that is skipped, and says so', async () => {
    const { asked, answered, peer } = await start(clean, {
      skipLists: {
        senders: new Set(['a@example.org']),
        recipients: new Set(),
        users: new Set(),
        isClient: () => false,
      },
    });
    const replies = await peer.message({ body: Buffer.alloc(500_000, 'x') });
    expect(replies.map(({ letter, data }) => letter + data.toString('latin1', 4))).toEqual([
      'iX-Sluice-Details\0 sender\0',
      'iX-Sluice-Verdict\0 skipped\0',
      'c',
    ]);
    expect(asked).toEqual([]);
    expect(answered).toMatchObject([{ judgement: { kind: 'skipped', reason: 'sender' }, action: 'tag' }]);
  });
  it('refuses a mail that is too large, by its bytes and by what it is said to have', async () => {
    const { asked, peer, send } = await start(clean, { maxMessageBytes: 1000 });
    expect(await send({ body: Buffer.alloc(2000, 'x') })).toBe('reject');
    expect(await send()).toBe('delivered');
    peer.send('M', '<a@b>\0SIZE=1001\0');
    peer.send('R', '<c@d>\0');
    peer.send('N');
    peer.send('E');
    expect(fateOf(await peer.answers())).toBe('reject');
    expect(asked).toHaveLength(1);
  });
  it('refuses for now what cannot be kept while it is judged', async () => {
    const { send } = await start(clean, { spoolFolder: path.join(folder, 'missing') });
    expect(await send({ body: Buffer.alloc(200_000, 'x') })).toBe('tempfail');
  });
  it('leaves no file', async () => {
    const { send } = await start(clean);
    expect(await send({ body: Buffer.alloc(300_000, 'x') })).toBe('delivered');
    expect(await readdir(folder)).toEqual([]);
  });
});
