import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { randomBytes } from 'node:crypto';
import { contentOf, fieldOf, prepareFolder, reportOf } from '../testing/fake-gateway.js';
import { JudgeFixture, never } from '../testing/judge-fixture.js';

let place: Awaited<ReturnType<typeof prepareFolder>>;
beforeAll(async () => {
  place = await prepareFolder();
});
afterAll(() => place.remove());
const start = (test: TestContext): Promise<JudgeFixture> => JudgeFixture.start(place, test);
/** After half of it another gateway is asked beside the one that says nothing; the rest is for its answer. */
const holdMs = 14_000;

describe.concurrent('several gateways', () => {
  it.for<[string, (on: JudgeFixture) => unknown]>([
    ['is down', ({ first }) => first.stop()],
    ['says 503', ({ first }) => (first.says = () => ({ status: 503, retryAfter: 30 }))],
    ['fails', ({ first }) => (first.says = () => ({ status: 500 }))],
    ['ends the connection without an answer', ({ first }) => (first.says = () => 'break')],
    ['ends it in the middle of an upload', ({ first }) => (first.breaksMidway = true)],
  ])(
    'when one %s the next is asked at once, with all of the object and the same scanId',
    async ([_how, fail], test) => {
      const on = await start(test);
      await fail(on);
      const bytes = randomBytes(2_000_000);
      expect(await on.ask({ bytes })).toMatchObject({ kind: 'clean' });
      const [asked] = on.second.posts;
      expect(asked && contentOf(asked).equals(bytes)).toBe(true);
      const [before] = on.first.posts;
      if (before !== undefined) expect(fieldOf(before, 'scanId')).toBe(fieldOf(asked!, 'scanId'));
    },
  );

  it.for<[string, number]>([
    ['a small one', 10],
    ['one that is asked for first', 2_000_000],
  ])(
    'give %s its verdict when the first takes it and never answers, and leave that one alone then',
    async ([_what, sizeBytes], test) => {
      const on = await start(test);
      on.first.says = never;
      const bytes = randomBytes(sizeBytes);
      expect(await on.ask({ bytes, holdMs })).toMatchObject({ kind: 'clean' });
      expect(contentOf(on.second.posts[0]!).equals(bytes)).toBe(true);
      expect(fieldOf(on.second.posts[0]!, 'scanId')).toBe(fieldOf(on.first.posts[0]!, 'scanId'));
      expect(await on.askOther()).toMatchObject({ kind: 'clean' });
      expect(on.first.posts).toHaveLength(1);
    },
  );

  it('are asked for a verdict when the one that recorded the scan never answers again', async (test) => {
    const on = await start(test);
    on.first.says = ({ method }) => (method === 'POST' ? { status: 202, body: {} } : never());
    on.second.says = () => ({ status: 200, body: reportOf('detect') });
    expect(await on.ask({ holdMs })).toMatchObject({ kind: 'detected' });
    expect(on.second.asked.map(({ method }) => method)).toEqual(['GET']);
  });

  it('may answer late: what another was asked for meanwhile does not count then', async (test) => {
    const on = await start(test);
    let answer = (): void => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    on.first.says = async () => {
      await held;
      return { status: 200, body: reportOf('detect') };
    };
    on.second.says = () => {
      answer();
      return never();
    };
    expect(await on.ask({ holdMs })).toMatchObject({ kind: 'detected' });
    expect(on.first.posts).toHaveLength(1);
  });

  it('leave one alone for as long as it asked to, and stay with the one that answers', async (test) => {
    const on = await start(test);
    on.first.says = () => ({ status: 503, retryAfter: 60 });
    for (let count = 0; count < 3; count += 1) await on.askOther();
    expect(on.first.asked).toHaveLength(1);
    expect(on.second.asked).toHaveLength(3);
  });

  it('that come back are asked again', async (test) => {
    const on = await start(test);
    on.first.says = on.second.says = () => ({ status: 503, retryAfter: 1 });
    setTimeout(() => (on.second.says = () => ({ status: 200, body: reportOf('detect') })), 200);
    expect(await on.ask()).toMatchObject({ kind: 'detected' });
  });

  it('with another certificate than the trusted one get nothing', async (test) => {
    const on = await JudgeFixture.start(place, test, false);
    expect(await on.ask({ holdMs: 1200 })).toEqual({ kind: 'away' });
    expect([on.first.asked, on.second.asked]).toEqual([[], []]);
  });
});
