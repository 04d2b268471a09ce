import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Gateways } from '../ask-gateways/gateways.js';
import { SpooledObject } from '../spool-objects/spooled-object.js';
import {
  contentOf,
  FakeGateway,
  fieldOf,
  prepareFolder,
  reportOf,
  type Says,
} from '../testing/fake-gateway.js';
import { Judge } from './judge.js';
import type { Judgement } from './judgement.js';
import { requestTimes } from './request-times.js';

let place: Awaited<ReturnType<typeof prepareFolder>>;
let first: FakeGateway;
let second: FakeGateway;
let gateways: Gateways;
let judge: Judge;
let faults: string[];
beforeEach(async () => {
  place = await prepareFolder();
  [first, second] = await Promise.all([FakeGateway.start(place.server), FakeGateway.start(place.server)]);
  faults = [];
  begin();
});
afterEach(async () => {
  gateways.close();
  await Promise.all([first.stop(), second.stop()]);
  await place.remove();
});

function begin(): void {
  gateways = new Gateways({
    urls: [first.url, second.url],
    identity: { ...place.client, trustedPem: place.server.certPem },
  });
  judge = new Judge({
    gateways,
    registration: { sensorId: 'mx', type: 'mail', name: 'mx 1' },
    onFault: (problem) => faults.push(problem),
  });
}

const object = (bytes: Buffer): Promise<SpooledObject> =>
  SpooledObject.from(
    (async function* () {
      yield bytes;
    })(),
    place.folder,
  );
const ask = async (
  bytes = Buffer.from('x'),
  {
    holdMs = 20_000,
    signal = new AbortController().signal,
    ...more
  }: { holdMs?: number; signal?: AbortSignal; scanId?: string } = {},
): Promise<Judgement> => {
  const content = await object(bytes);
  try {
    return await judge.judge({
      content,
      filename: 'a "b".eml',
      objectType: 'email',
      fields: [{ name: 'mailFrom', value: 'a@example.org' }],
      holdMs,
      signal,
      ...more,
    });
  } finally {
    await content.close();
  }
};

const never = (): Promise<never> => new Promise(() => undefined);

describe('a mail to be held', () => {
  const held = '00000000-0000-4000-8000-000000000001';
  const hold = (signal = new AbortController().signal) => judge.hold('mail-1', signal);

  it('is held when a gateway says so, with an id', async () => {
    first.says = () => ({ status: 200, body: { held, reason: null } });
    expect(await hold()).toEqual({ held });
    expect(first.asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST /kata/scanner/v1/sensors/mx/scans/mail-1/hold',
    ]);
  });
  it.each(['break', { status: 503 }, { status: 500 }] as const)(
    'is asked for at the next gateway when one says %j',
    async (says) => {
      first.says = () => says;
      second.says = () => ({ status: 200, body: { held, reason: null } });
      expect(await hold()).toEqual({ held });
    },
  );
  it.each<[Says, unknown]>([
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
  ])('is not held when a gateway says %j', async (says, outcome) => {
    first.says = () => says;
    expect(await hold()).toBe(outcome);
    expect(faults).toHaveLength(outcome === 'unreadable' ? 1 : 0);
  });
  it('is not asked for any more when no one waits', async () => {
    first.says = never;
    second.says = never;
    const gone = new AbortController();
    const asking = hold(gone.signal);
    gone.abort();
    await expect(asking).rejects.toThrow();
  });
});

describe('a judgement', () => {
  it('is what the report says; the request names the sensor and carries the object and its fields', async () => {
    const bytes = randomBytes(300_000);
    expect(await ask(bytes)).toMatchObject({ kind: 'clean' });
    const [asked] = first.posts;
    expect(asked?.url).toBe('/kata/scanner/v1/sensors/mx/scans?wait=9');
    expect(asked?.headers).toMatchObject({ 'x-sensor-type': 'mail', 'x-sensor-name': 'mx 1' });
    expect(asked && contentOf(asked).equals(bytes)).toBe(true);
    expect(asked && [fieldOf(asked, 'mailFrom'), fieldOf(asked, 'objectType')]).toEqual([
      'a@example.org',
      'email',
    ]);
  });

  it.each([
    [{ status: 200, body: reportOf('detect') }, 'detected'],
    [{ status: 200, body: reportOf('error', { reason: 'encrypted' }) }, 'not-examined'],
    [{ status: 200, body: reportOf('timeout') }, 'not-examined'],
    [{ status: 200, body: reportOf('splendid') }, 'not-examined'],
    [{ status: 200, body: 'OK' }, 'refused'],
    [{ status: 200, body: reportOf('not detected', { scanId: 'another' }) }, 'refused'],
    [{ status: 400 }, 'refused'],
    [{ status: 401 }, 'not-accepted'],
    [{ status: 413 }, 'too-large'],
  ])('of %j is %s', async (says, kind) => {
    first.says = () => says;
    expect(await ask()).toMatchObject({ kind });
    expect(first.asked).toHaveLength(1);
    expect(second.asked).toEqual([]);
    expect(faults).toHaveLength(kind === 'refused' ? 1 : 0);
  });

  it.each([
    ['unfinished', { status: 202, body: { scanId: '1' } }],
    ['overloaded', { status: 429, retryAfter: 1 }],
    ['away', { status: 503, retryAfter: 1 }],
    ['away', { status: 500 }],
    ['away', 'break' as const],
  ])('is %s when the gateways say nothing but %j until the hold is over', async (kind, says) => {
    first.says = second.says = () => says;
    expect(await ask(undefined, { holdMs: 1500 })).toMatchObject({ kind });
    // Asked again, and not in a loop without a pause.
    expect(first.asked.length + second.asked.length).toBeLessThanOrEqual(6);
  });

  it('is asked for on and on while the scan is not finished, and the object is sent once', async () => {
    const answers = [
      { status: 202, body: { scanId: '1' } },
      { status: 200, body: reportOf('processing') },
      { status: 200, body: reportOf('detect') },
    ];
    first.says = () => answers.shift() ?? { status: 500 };
    expect(await ask()).toMatchObject({ kind: 'detected' });
    expect(first.asked.map(({ method }) => method)).toEqual(['POST', 'GET', 'GET']);
    const scanId = fieldOf(first.posts[0]!, 'scanId');
    expect(first.asked[1]?.url).toMatch(new RegExp(`/scans/${scanId}\\?wait=\\d$`));
  });

  it('is asked for anew when the scan is not there any more', async () => {
    const answers = [{ status: 202 }, { status: 404 }, { status: 200, body: reportOf('detect') }];
    first.says = () => answers.shift() ?? { status: 500 };
    expect(await ask()).toMatchObject({ kind: 'detected' });
    expect(first.asked.map(({ method }) => method)).toEqual(['POST', 'GET', 'POST']);
  });

  it('is what is known when the hold is over, also of gateways that take a request and never answer', async () => {
    first.says = second.says = never;
    const startedAtMs = performance.now();
    expect(await ask(undefined, { holdMs: 1000 })).toEqual({ kind: 'away' });
    // Before the time for an answer, which is much longer, had its say.
    expect(performance.now() - startedAtMs).toBeLessThan(requestTimes('submit', 1000).answerMs);
  });

  it('ends when no one waits any more', async () => {
    const controller = new AbortController();
    first.says = () => {
      controller.abort();
      return new Promise(() => undefined);
    };
    await expect(ask(undefined, { signal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('several gateways', () => {
  it.each([
    ['is down', () => first.stop()],
    ['says 503', () => void (first.says = () => ({ status: 503, retryAfter: 30 }))],
    ['fails', () => void (first.says = () => ({ status: 500 }))],
    ['ends the connection without an answer', () => void (first.says = () => 'break')],
    ['ends it in the middle of an upload', () => void (first.breaksMidway = true)],
  ])(
    'when one %s the next is asked at once, with all of the object and the same scanId',
    async (_how, fail) => {
      await fail();
      const bytes = randomBytes(2_000_000);
      expect(await ask(bytes)).toMatchObject({ kind: 'clean' });
      const [asked] = second.posts;
      expect(asked && contentOf(asked).equals(bytes)).toBe(true);
      const [before] = first.posts;
      if (before !== undefined) expect(fieldOf(before, 'scanId')).toBe(fieldOf(asked!, 'scanId'));
    },
  );

  it.each([
    ['a small one', 10],
    ['one that is asked for first', 2_000_000],
  ])(
    'give %s its verdict when the first takes it and never answers, and leave that one alone then',
    async (_what, sizeBytes) => {
      first.says = never;
      const bytes = randomBytes(sizeBytes);
      expect(await ask(bytes, { holdMs: 8000 })).toMatchObject({ kind: 'clean' });
      expect(contentOf(second.posts[0]!).equals(bytes)).toBe(true);
      expect(fieldOf(second.posts[0]!, 'scanId')).toBe(fieldOf(first.posts[0]!, 'scanId'));
      expect(await ask(randomBytes(10))).toMatchObject({ kind: 'clean' });
      expect(first.posts).toHaveLength(1);
    },
  );

  it('are asked for a verdict when the one that recorded the scan never answers again', async () => {
    first.says = ({ method }) => (method === 'POST' ? { status: 202, body: {} } : never());
    second.says = () => ({ status: 200, body: reportOf('detect') });
    expect(await ask(undefined, { holdMs: 8000 })).toMatchObject({ kind: 'detected' });
    expect(second.asked.map(({ method }) => method)).toEqual(['GET']);
  });

  it('may answer late: what another was asked for meanwhile does not count then', async () => {
    let answer = (): void => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    first.says = async () => {
      await held;
      return { status: 200, body: reportOf('detect') };
    };
    second.says = () => {
      answer();
      return never();
    };
    expect(await ask(undefined, { holdMs: 8000 })).toMatchObject({ kind: 'detected' });
    expect(first.posts).toHaveLength(1);
  });

  it('leave one alone for as long as it asked to, and stay with the one that answers', async () => {
    first.says = () => ({ status: 503, retryAfter: 30 });
    for (let count = 0; count < 3; count += 1) await ask(randomBytes(10));
    expect(first.asked).toHaveLength(1);
    expect(second.asked).toHaveLength(3);
  });

  it('that come back are asked again', async () => {
    first.says = second.says = () => ({ status: 503, retryAfter: 1 });
    setTimeout(() => (second.says = () => ({ status: 200, body: reportOf('detect') })), 200);
    expect(await ask()).toMatchObject({ kind: 'detected' });
  });

  it('with another certificate than the trusted one get nothing', async () => {
    gateways.close();
    gateways = new Gateways({
      urls: [first.url],
      identity: { ...place.client, trustedPem: place.client.certPem },
    });
    judge = new Judge({
      gateways,
      registration: { sensorId: 'mx', type: 'mail', name: '' },
      onFault: () => undefined,
    });
    expect(await ask(undefined, { holdMs: 1200 })).toEqual({ kind: 'away' });
    expect(first.asked).toEqual([]);
  });
});

describe('equal objects in flight', () => {
  it('are one scan; after its verdict the next is a new one', async () => {
    let answer = (): void => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    first.says = async () => {
      if (first.posts.length === 2) answer();
      await held;
      return { status: 200, body: reportOf('not detected') };
    };
    const judgements = await Promise.all([ask(), ask()]);
    expect(judgements).toMatchObject([{ kind: 'clean' }, { kind: 'clean' }]);
    await ask();
    const [one, two, three] = first.posts.map((asked) => fieldOf(asked, 'scanId'));
    expect(two).toBe(one);
    expect(three).not.toBe(one);
  });

  it('and one that was not finished is the same scan when it comes again', async () => {
    first.says = () => ({ status: 202, body: {} });
    await ask(undefined, { holdMs: 1100 });
    first.says = () => ({ status: 200, body: reportOf('detect') });
    expect(await ask()).toMatchObject({ kind: 'detected' });
    expect(fieldOf(first.posts.at(-1)!, 'scanId')).toBe(fieldOf(first.posts[0]!, 'scanId'));
  });
});

describe('an object whose scan has a name of its own', () => {
  const named = { scanId: 'mail-1', holdMs: 1000 };

  it('meets the scan that was not finished the first time, and is not sent again', async () => {
    first.says = () => ({ status: 202, body: { scanId: 'mail-1' } });
    expect(await ask(undefined, named)).toEqual({ kind: 'unfinished', scanId: 'mail-1' });
    first.asked.splice(0);
    first.says = () => ({ status: 200, body: reportOf('detect') });
    expect(await ask(undefined, named)).toMatchObject({ kind: 'detected' });
    expect(first.asked.map(({ method }) => method)).toEqual(['GET']);
    expect(first.asked[0]?.url).toMatch(/\/scans\/mail-1\?wait=/);
  });

  it('is sent again when its verdict was given, or its scan is no longer there', async () => {
    expect(await ask(undefined, named)).toMatchObject({ kind: 'clean' });
    expect(await ask(undefined, named)).toMatchObject({ kind: 'clean' });
    // What engines judged by is not in the report, so it is no verdict of today's.
    expect(first.asked.map(({ method }) => method)).toEqual(['POST', 'GET', 'POST']);
    expect(first.posts.map((asked) => fieldOf(asked, 'scanId'))).toEqual(['mail-1', 'mail-1']);
    first.says = () => ({ status: 202, body: { scanId: 'mail-1' } });
    await ask(undefined, named);
    first.asked.splice(0);
    first.says = ({ method }) =>
      method === 'GET' ? { status: 404 } : { status: 200, body: reportOf('detect') };
    expect(await ask(undefined, { ...named, holdMs: 10_000 })).toMatchObject({ kind: 'detected' });
    expect(first.asked.map(({ method }) => method)).toEqual(['GET', 'POST']);
  });
});

describe('whether gateways serve others', () => {
  const signal = new AbortController().signal;
  const now = (): number => performance.now();

  it('is so when they look up a scan that is not there, or answered another object since', async () => {
    first.says = ({ method }) => (method === 'GET' ? { status: 404 } : { status: 500 });
    second.says = () => 'break';
    expect(await ask(undefined, { holdMs: 1500 })).toEqual({ kind: 'away' });
    expect(await judge.isServed(now(), signal)).toBe(true);
    const sinceMs = now();
    first.says = () => ({ status: 200, body: reportOf('not detected') });
    await ask();
    first.says = () => 'break';
    expect(await judge.isServed(sinceMs, signal)).toBe(true);
  });

  it.each([['break' as const], [{ status: 503, retryAfter: 1 }], [{ status: 401 }]])(
    'is not when they say %j',
    async (says) => {
      first.says = second.says = () => says;
      expect(await judge.isServed(now(), signal)).toBe(false);
    },
  );
});
