import { randomBytes } from 'node:crypto';
import type { TestContext } from 'vitest';
import { until } from '@sluice/timing';
import { Gateways } from '../ask-gateways/gateways.js';
import { Judge } from '../judge-objects/judge.js';
import type { Judgement } from '../judge-objects/judgement.js';
import { SpooledObject } from '../spool-objects/spooled-object.js';
import { FakeGateway, type prepareFolder } from './fake-gateway.js';

type Place = Awaited<ReturnType<typeof prepareFolder>>;

interface AskOptions {
  readonly bytes?: Buffer;
  readonly holdMs?: number;
  readonly signal?: AbortSignal;
  readonly scanId?: string;
}

/** A judge and two gateways that say what a test wants; each test its own, since most of their time they wait. */
export class JudgeFixture {
  readonly faults: string[] = [];

  private constructor(
    private readonly place: Place,
    readonly first: FakeGateway,
    readonly second: FakeGateway,
    readonly gateways: Gateways,
    readonly judge: Judge,
    faults: string[],
  ) {
    this.faults = faults;
  }

  /** `isTrusted`: false: with another certificate than the gateways'. */
  static async start(
    place: Place,
    { onTestFinished }: Pick<TestContext, 'onTestFinished'>,
    isTrusted = true,
  ): Promise<JudgeFixture> {
    const [first, second] = [await FakeGateway.start(place.server), await FakeGateway.start(place.server)];
    const trustedPem = (isTrusted ? place.server : place.client).certPem;
    const gateways = new Gateways({
      urls: [first.url, second.url],
      identity: { ...place.client, trustedPem },
    });
    const faults: string[] = [];
    const judge = new Judge({
      gateways,
      registration: { sensorId: 'mx', type: 'mail', name: 'mx 1' },
      onFault: (problem) => faults.push(problem),
    });
    const one = new JudgeFixture(place, first, second, gateways, judge, faults);
    onTestFinished(async () => {
      gateways.close();
      await Promise.all([first.stop(), second.stop()]);
    });
    return one;
  }

  /** `holdMs`: for as long as no busy machine needs, unless the end of the hold is what is tested. */
  async ask({
    bytes = Buffer.from('x'),
    holdMs = 60_000,
    signal,
    ...more
  }: AskOptions = {}): Promise<Judgement> {
    const content = await SpooledObject.from(
      (async function* () {
        yield bytes;
      })(),
      this.place.folder,
    );
    try {
      return await this.judge.judge({
        content,
        filename: 'a "b".eml',
        objectType: 'email',
        fields: [{ name: 'mailFrom', value: 'a@example.org' }],
        holdMs,
        signal: signal ?? new AbortController().signal,
        ...more,
      });
    } finally {
      await content.close();
    }
  }

  askOther(): Promise<Judgement> {
    return this.ask({ bytes: randomBytes(10) });
  }

  /** What is known when the hold is over. A machine that took all of it to ask, and so knows nothing, asks again. */
  atTheEndOf(holdMs: number, options: AskOptions = {}): Promise<Judgement> {
    return until(async () => {
      this.first.asked.length = this.second.asked.length = 0;
      const judgement = await this.ask({ ...options, holdMs });
      return judgement.kind !== 'away' && judgement;
    });
  }
}

export const never = (): Promise<never> => new Promise(() => undefined);
