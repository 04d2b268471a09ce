import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { randomBytes } from 'node:crypto';
import { contentOf, fieldOf, prepareFolder, reportOf, type Says } from '../testing/fake-gateway.js';
import { JudgeFixture, never } from '../testing/judge-fixture.js';
import { requestTimes } from './request-times.js';

let place: Awaited<ReturnType<typeof prepareFolder>>;
beforeAll(async () => {
  place = await prepareFolder();
});
afterAll(() => place.remove());
const start = (test: TestContext): Promise<JudgeFixture> => JudgeFixture.start(place, test);

describe.concurrent('a mail to be held', () => {
  const held = '00000000-0000-4000-8000-000000000001';
  const hold = ({ judge }: JudgeFixture, signal = new AbortController().signal) =>
    judge.hold('mail-1', signal);

  it('is held when a gateway says so, with an id', async (test) => {
    const on = await start(test);
    on.first.says = () => ({ status: 200, body: { held, reason: null } });
    expect(await hold(on)).toEqual({ held });
    expect(on.first.asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST /kata/scanner/v1/sensors/mx/scans/mail-1/hold',
    ]);
  });
  it.for<Says>(['break', { status: 503 }, { status: 500 }])(
    'is asked for at the next gateway when one says %j',
    async (says, test) => {
      const on = await start(test);
      on.first.says = () => says;
      on.second.says = () => ({ status: 200, body: { held, reason: null } });
      expect(await hold(on)).toEqual({ held });
    },
  );
  it.for<[Says, unknown]>([
    [{ status: 200, body: { held: null, reason: 'full' } }, 'full'],
    [{ status: 200, body: { held: null, reason: 'not-kept' } }, 'not-kept'],
    // A gateway of the release before knows no such path.
    [{ status: 404, body: { error: 'NotFound' } }, 'unknown'],
    [{ status: 200, body: 'OK' }, 'unreadable'],
    [{ status: 200, body: { held: null, reason: null } }, 'unreadable'],
    [{ status: 200, body: { held: 'yes', reason: null } }, 'unreadable'],
    [{ status: 200, body: { held, reason: 'full' } }, 'unreadable'],
    [{ status: 200, body: reportOf('detect') }, 'unreadable'],
    [{ status: 202, body: { scanId: 'mail-1' } }, 'unreadable'],
    [{ status: 401 }, 'unreadable'],
    [{ status: 429 }, 'unreadable'],
  ])('is not held when a gateway says %j', async ([says, outcome], test) => {
    const on = await start(test);
    on.first.says = () => says;
    expect(await hold(on)).toBe(outcome);
    expect(on.faults).toHaveLength(outcome === 'unreadable' ? 1 : 0);
  });
  it('is not asked for any more when no one waits', async (test) => {
    const on = await start(test);
    on.first.says = never;
    on.second.says = never;
    const gone = new AbortController();
    const asking = hold(on, gone.signal);
    gone.abort();
    await expect(asking).rejects.toThrow();
  });
});

describe.concurrent('a judgement', () => {
  it('is what the report says; the request names the sensor and carries the object and its fields', async (test) => {
    const on = await start(test);
    const bytes = randomBytes(300_000);
    expect(await on.ask({ bytes })).toMatchObject({ kind: 'clean' });
    const [asked] = on.first.posts;
    expect(asked?.url).toBe('/kata/scanner/v1/sensors/mx/scans?wait=10');
    expect(asked?.headers).toMatchObject({ 'x-sensor-type': 'mail', 'x-sensor-name': 'mx 1' });
    expect(asked && contentOf(asked).equals(bytes)).toBe(true);
    expect(asked && [fieldOf(asked, 'mailFrom'), fieldOf(asked, 'objectType')]).toEqual([
      'a@example.org',
      'email',
    ]);
  });

  it.for<[Says, string]>([
    [{ status: 200, body: reportOf('detect') }, 'detected'],
    [{ status: 200, body: reportOf('error', { reason: 'encrypted' }) }, 'not-examined'],
    [{ status: 200, body: reportOf('timeout') }, 'not-examined'],
    [{ status: 200, body: reportOf('splendid') }, 'not-examined'],
    [{ status: 200, body: 'OK' }, 'refused'],
    [{ status: 200, body: reportOf('not detected', { scanId: 'another' }) }, 'refused'],
    [{ status: 400 }, 'refused'],
    [{ status: 401 }, 'not-accepted'],
    [{ status: 413 }, 'too-large'],
  ])('of %j is %s', async ([says, kind], test) => {
    const on = await start(test);
    on.first.says = () => says;
    expect(await on.ask()).toMatchObject({ kind });
    expect(on.first.asked).toHaveLength(1);
    expect(on.second.asked).toEqual([]);
    expect(on.faults).toHaveLength(kind === 'refused' ? 1 : 0);
  });

  it.for<[string, Says]>([
    ['unfinished', { status: 202, body: { scanId: '1' } }],
    ['overloaded', { status: 429, retryAfter: 1 }],
    ['away', { status: 503, retryAfter: 1 }],
    ['away', { status: 500 }],
    ['away', 'break'],
  ])('is %s when the gateways say nothing but %j until the hold is over', async ([kind, says], test) => {
    const on = await start(test);
    on.first.says = on.second.says = () => says;
    const judgement = kind === 'away' ? await on.ask({ holdMs: 1500 }) : await on.atTheEndOf(1500);
    expect(judgement).toMatchObject({ kind });
    // Asked again, and not in a loop without a pause.
    expect(on.first.asked.length + on.second.asked.length).toBeLessThanOrEqual(6);
  });

  it('is asked for on and on while the scan is not finished, and the object is sent once', async (test) => {
    const on = await start(test);
    const answers = [
      { status: 202, body: { scanId: '1' } },
      { status: 200, body: reportOf('processing') },
      { status: 200, body: reportOf('detect') },
    ];
    on.first.says = () => answers.shift() ?? { status: 500 };
    expect(await on.ask()).toMatchObject({ kind: 'detected' });
    expect(on.first.asked.map(({ method }) => method)).toEqual(['POST', 'GET', 'GET']);
    const scanId = fieldOf(on.first.posts[0]!, 'scanId');
    expect(on.first.asked[1]?.url).toMatch(new RegExp(`/scans/${scanId}\\?wait=\\d+$`));
  });

  it('is asked for anew when the scan is not there any more', async (test) => {
    const on = await start(test);
    const answers = [{ status: 202 }, { status: 404 }, { status: 200, body: reportOf('detect') }];
    on.first.says = () => answers.shift() ?? { status: 500 };
    expect(await on.ask()).toMatchObject({ kind: 'detected' });
    expect(on.first.asked.map(({ method }) => method)).toEqual(['POST', 'GET', 'POST']);
  });

  it('is what is known when the hold is over, also of gateways that take a request and never answer', async (test) => {
    const on = await start(test);
    on.first.says = on.second.says = never;
    const startedAtMs = performance.now();
    expect(await on.ask({ holdMs: 1000 })).toEqual({ kind: 'away' });
    // Before the time for an answer, which is much longer, had its say.
    expect(performance.now() - startedAtMs).toBeLessThan(requestTimes('submit', 1000).answerMs);
  });

  it('ends when no one waits any more', async (test) => {
    const on = await start(test);
    const controller = new AbortController();
    on.first.says = () => {
      controller.abort();
      return never();
    };
    await expect(on.ask({ signal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe.concurrent('equal objects in flight', () => {
  it('are one scan; after its verdict the next is a new one', async (test) => {
    const on = await start(test);
    let answer = (): void => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    on.first.says = async () => {
      if (on.first.posts.length === 2) answer();
      await held;
      return { status: 200, body: reportOf('not detected') };
    };
    const judgements = await Promise.all([on.ask(), on.ask()]);
    expect(judgements).toMatchObject([{ kind: 'clean' }, { kind: 'clean' }]);
    await on.ask();
    const [one, two, three] = on.first.posts.map((asked) => fieldOf(asked, 'scanId'));
    expect(two).toBe(one);
    expect(three).not.toBe(one);
  });

  it('and one that was not finished is the same scan when it comes again', async (test) => {
    const on = await start(test);
    on.first.says = () => ({ status: 202, body: {} });
    await on.atTheEndOf(1100);
    on.first.says = () => ({ status: 200, body: reportOf('detect') });
    expect(await on.ask()).toMatchObject({ kind: 'detected' });
    expect(fieldOf(on.first.posts.at(-1)!, 'scanId')).toBe(fieldOf(on.first.posts[0]!, 'scanId'));
  });
});

describe.concurrent('an object whose scan has a name of its own', () => {
  const named = { scanId: 'mail-1' };

  it('meets the scan that was not finished the first time, and is not sent again', async (test) => {
    const on = await start(test);
    on.first.says = () => ({ status: 202, body: { scanId: 'mail-1' } });
    expect(await on.atTheEndOf(1000, named)).toEqual({ kind: 'unfinished', scanId: 'mail-1' });
    on.first.asked.splice(0);
    on.first.says = () => ({ status: 200, body: reportOf('detect') });
    expect(await on.ask(named)).toMatchObject({ kind: 'detected' });
    expect(on.first.asked.map(({ method }) => method)).toEqual(['GET']);
    expect(on.first.asked[0]?.url).toMatch(/\/scans\/mail-1\?wait=/);
  });

  it('is sent again when its verdict was given, or its scan is no longer there', async (test) => {
    const on = await start(test);
    expect(await on.ask(named)).toMatchObject({ kind: 'clean' });
    expect(await on.ask(named)).toMatchObject({ kind: 'clean' });
    // What engines judged by is not in the report, so it is no verdict of today's.
    expect(on.first.asked.map(({ method }) => method)).toEqual(['POST', 'GET', 'POST']);
    expect(on.first.posts.map((asked) => fieldOf(asked, 'scanId'))).toEqual(['mail-1', 'mail-1']);
    on.first.says = () => ({ status: 202, body: { scanId: 'mail-1' } });
    await on.atTheEndOf(1000, named);
    on.first.asked.splice(0);
    on.first.says = ({ method }) =>
      method === 'GET' ? { status: 404 } : { status: 200, body: reportOf('detect') };
    expect(await on.ask(named)).toMatchObject({ kind: 'detected' });
    expect(on.first.asked.map(({ method }) => method)).toEqual(['GET', 'POST']);
  });
});

describe.concurrent('whether gateways serve others', () => {
  const signal = new AbortController().signal;
  const now = (): number => performance.now();

  it('is so when they look up a scan that is not there, or answered another object since', async (test) => {
    const on = await start(test);
    on.first.says = ({ method }) => (method === 'GET' ? { status: 404 } : { status: 500 });
    on.second.says = () => 'break';
    expect(await on.ask({ holdMs: 1500 })).toEqual({ kind: 'away' });
    expect(await on.judge.isServed(now(), signal)).toBe(true);
    const sinceMs = now();
    on.first.says = () => ({ status: 200, body: reportOf('not detected') });
    await on.ask();
    on.first.says = () => 'break';
    expect(await on.judge.isServed(sinceMs, signal)).toBe(true);
  });

  it.for<Says>(['break', { status: 503, retryAfter: 1 }, { status: 401 }])(
    'is not when they say %j',
    async (says, test) => {
      const on = await start(test);
      on.first.says = on.second.says = () => says;
      expect(await on.judge.isServed(now(), signal)).toBe(false);
    },
  );
});
