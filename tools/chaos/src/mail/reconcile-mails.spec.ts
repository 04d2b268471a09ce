import { describe, expect, it } from 'vitest';
import { chaosMail } from './chaos-mail.js';
import { reconcileMails, type SentMail } from './reconcile-mails.js';

const mail = (kind: SentMail['kind'], code: number | null, unread = 0): SentMail => ({
  id: `chaos-mail-${kind}`,
  kind,
  code,
  unread,
  attempts: unread + 1,
});
const look = (sent: SentMail, delivered: number, held = 0) =>
  reconcileMails([sent], {
    delivered: new Map(delivered === 0 ? [] : [[sent.id, delivered]]),
    held: new Map(held === 0 ? [] : [[sent.id, held]]),
  });

describe('a mail', () => {
  it.each([
    ['clean and delivered', mail('clean', 250), 1, 0, { delivered: 1 }],
    ['clean and put off to the end', mail('clean', 451), 0, 0, { refused: 1 }],
    [
      'clean, taken, sent again since no answer was read, and twice there',
      mail('clean', 250, 1),
      2,
      0,
      { delivered: 1, duplicates: 1 },
    ],
    ['infected and refused', mail('infected', 550), 0, 0, { refused: 1 }],
    ['encrypted and held', mail('encrypted', 250), 0, 1, { held: 1 }],
  ])('that is %s is right', (_, sent, delivered, held, counts) => {
    const empty = { sent: 1, delivered: 0, held: 0, refused: 0, duplicates: 0, problems: [] };
    expect(look(sent, delivered, held)).toEqual({ ...empty, ...counts });
  });
  it.each([
    ['infected is delivered', mail('infected', 250), 1, 0],
    ['infected is delivered, though its sender was refused', mail('infected', 550, 1), 1, 0],
    ['encrypted is delivered', mail('encrypted', 250), 1, 0],
    ['clean was taken and is nowhere', mail('clean', 250), 0, 0],
    ['clean is held', mail('clean', 250), 0, 1],
    ['clean was refused for good', mail('clean', 550), 0, 0],
    ['clean is there twice, and every answer was read', mail('clean', 250), 2, 0],
    ['clean is there, and its sender was refused every time', mail('clean', 451), 1, 0],
    ['clean was never answered', mail('clean', null), 0, 0],
  ])('that is %s is a problem', (_, sent, delivered, held) => {
    expect(look(sent, delivered, held).problems).not.toEqual([]);
  });
  it('that no one sent is a problem', () => {
    expect(
      reconcileMails([], { delivered: new Map([['chaos-mail-1', 1]]), held: new Map() }).problems,
    ).toHaveLength(1);
  });
});

it('of every ten mails seven are clean, two infected and one encrypted', () => {
  const kinds = Array.from({ length: 100 }, (_, index) => chaosMail(index).kind);
  expect(
    ['clean', 'infected', 'encrypted'].map((kind) => kinds.filter((one) => one === kind).length),
  ).toEqual([70, 20, 10]);
});
