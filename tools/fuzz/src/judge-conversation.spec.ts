import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { bytes, canary, type Attack } from './attack.js';
import { chooseAttack, kindNames } from './choose-attack.js';
import { documentedCodes, judgeConversation, type Conversation } from './judge-conversation.js';

const attack = (change: Partial<Attack> = {}): Attack => ({
  kind: 'one',
  caller: 'accepted',
  pieces: [bytes('GET / HTTP/1.1\r\n\r\n')],
  ending: 'answer',
  maxAnswers: 1,
  isRefused: true,
  ...change,
});
const answer = (status: number, body: string, headers: readonly string[] = []): string =>
  [
    `HTTP/1.1 ${status} Some Reason`,
    ...['X-Request-Id: 1', 'Content-Type: application/json', `Content-Length: ${body.length}`, ...headers],
    ...['', body],
  ].join('\r\n');
const refusal = answer(400, '{"error":"BadRequest","message":"no"}');
const judge = (received: string, change: Partial<Attack> = {}, end: Conversation['end'] = 'closed') =>
  judgeConversation(attack(change), { received, end });

describe('the judge', () => {
  it('lets pass a documented refusal, a closed connection, and an answer that was cut', () => {
    expect(judge(refusal)).toEqual({ outcome: ['400'], violations: [] });
    expect(judge('')).toEqual({ outcome: ['closed'], violations: [] });
    expect(judge(refusal.slice(0, -5)).violations).toEqual([]);
    expect(judge(`HTTP/1.1 100 Continue\r\n\r\n${refusal}`).violations).toEqual([]);
  });

  it.each<[string, string, Partial<Attack>, Conversation['end']]>([
    ['a code no one documented', answer(500, '{"error":"InternalError","message":"x"}'), {}, 'closed'],
    ['service', answer(200, '{}'), {}, 'closed'],
    ['service to strangers', answer(200, '{}'), { caller: 'unknown', isRefused: false }, 'closed'],
    ['a second answer', refusal + refusal, {}, 'closed'],
    ['another error body', answer(400, '{"message":"no"}'), {}, 'closed'],
    [
      'a refusal that says nothing of when',
      answer(429, '{"error":"TooManyScans","message":"x"}'),
      {},
      'closed',
    ],
    ['a stack', answer(400, '{"error":"BadRequest","message":"at read (/srv/x.js:1:2)"}'), {}, 'closed'],
    ['what was sent', answer(400, `{"error":"BadRequest","message":"${canary}"}`), {}, 'closed'],
    ['too much', answer(400, `{"error":"BadRequest","message":"${'x'.repeat(2000)}"}`), {}, 'closed'],
    ['no HTTP', 'hello', {}, 'closed'],
    ['silence without end', '', {}, 'hung'],
  ])('objects to %s', (_, received, change, end) => {
    expect(judge(received, change, end).violations).not.toEqual([]);
  });

  it('knows the codes of the documented contract', () => {
    const file = path.resolve(import.meta.dirname, '../../../docs/external-systems-api.md');
    const contract = readFileSync(file, 'utf8');
    for (const code of documentedCodes) expect(contract).toMatch(new RegExp(`\\b${code}\\b`));
  });
});

describe('an attack', () => {
  it('is the same for the same seed and number, and another for another', () => {
    expect(chooseAttack(7, 3)).toEqual(chooseAttack(7, 3));
    const sent = (seed: number) => Array.from({ length: 90 }, (_, index) => chooseAttack(seed, index));
    expect(sent(7)).not.toEqual(sent(8));
  });

  it('comes in every kind, from every caller', () => {
    const all = Array.from({ length: kindNames.length * 12 }, (_, index) => chooseAttack(1, index));
    expect(new Set(all.map(({ kind }) => kind))).toEqual(new Set(kindNames));
    expect(new Set(all.map(({ caller }) => caller)).size).toBe(4);
  });
});
