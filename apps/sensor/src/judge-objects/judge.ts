import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { FormField } from '../ask-gateways/multipart-form.js';
import { multipartForm } from '../ask-gateways/multipart-form.js';
import type { GatewayAnswer, GatewayRequest } from '../ask-gateways/gateway-connection.js';
import type { Gateways } from '../ask-gateways/gateways.js';
import { parseJson } from '../ask-gateways/parse-json.js';
import { scanReportSchema } from '../ask-gateways/scan-report.js';
import type { SpooledObject } from '../spool-objects/spooled-object.js';
import { judgementOf } from './judgement.js';
import type { Judgement } from './judgement.js';
import { readHold, type HoldOutcome } from './hold-outcome.js';
import { EarlierScans, repeatMs } from './earlier-scans.js';
import { ScanIds } from './scan-ids.js';
import { SeenEngines } from './seen-engines.js';
import { requestTimes } from './request-times.js';

/** What an operator accepts: the pair of this and the sensor's certificate. */
export interface Registration {
  readonly sensorId: string;
  readonly type: 'mail' | 'other';
  readonly name: string;
}

export interface ObjectToJudge {
  readonly content: SpooledObject;
  readonly filename: string;
  readonly objectType: 'file' | 'email';
  /**
   * Where the same object is the same scan, as mail is that comes again: for ten minutes it meets the scan that was not finished
   * the first time, for an hour its first verdict. Absent: equal objects are one scan while they are in flight.
   */
  readonly scanId?: string;
  /** More fields of POST /scans: the envelope and where it came from. */
  readonly fields: readonly FormField[];
  /** From now on; then the judgement is what is known. */
  readonly holdMs: number;
  /** No one waits any more. */
  readonly signal: AbortSignal;
}

export interface JudgeDeps {
  readonly gateways: Pick<Gateways, 'askUntil'>;
  readonly registration: Registration;
  /** What cannot be understood: a fault of ours or of a gateway. */
  readonly onFault: (problem: string, details: Readonly<Record<string, unknown>>) => void;
}

/** A gateway under pressure answers before the time it was asked for; it is not asked again at once. */
const leastTurnMs = 1000;
/** Longer than a gateway rests that broke off. */
const lookMs = 5000;
/** A gateway asks the ledger for five seconds; two of them may have to be asked. */
const holdRequestMs = 6000;

/** Gets an object judged: one per registration, whatever the protocol it came by. */
export class Judge {
  private readonly scanIds = new ScanIds();
  private readonly earlierScans = new EarlierScans();
  private readonly engines = new SeenEngines();
  private servedAtMs = -Infinity;

  constructor(private readonly deps: JudgeDeps) {}

  get base(): string {
    return `/kata/scanner/v1/sensors/${this.deps.registration.sensorId}`;
  }

  get headers(): Record<string, string> {
    const { type, name } = this.deps.registration;
    return { 'x-sensor-name': name, ...(type === 'mail' ? { 'x-sensor-type': 'mail' } : {}) };
  }

  /** Rejects only when `signal` is aborted. */
  async judge(object: ObjectToJudge): Promise<Judgement> {
    return object.scanId === undefined ? this.judgeOnce(object) : this.judgeAgain(object, object.scanId);
  }

  /**
   * Whether gateways record and look up scans: asked for one that is not there, unless they answered another object since
   * `sinceMs`. Then one without an answer is without it for what it is itself. Rejects only when `signal` is aborted.
   */
  async isServed(sinceMs: number, signal: AbortSignal): Promise<boolean> {
    if (this.servedAtMs >= sinceMs) return true;
    const answer = await this.deps.gateways.askUntil(
      () => ({
        method: 'GET',
        path: `${this.base}/scans/${randomUUID()}`,
        headers: this.headers,
        answerMs: lookMs,
        hedgeMs: lookMs / 2,
        signal,
      }),
      performance.now() + lookMs,
    );
    return answer !== null && answer.status !== 401;
  }

  /**
   * Has Sluice keep a judged object as the only copy there is. Anything but `held` is no more than a wish: whoever has the
   * object must keep it. Rejects only when `signal` is aborted.
   */
  async hold(scanId: string, signal: AbortSignal): Promise<HoldOutcome> {
    const answer = await this.deps.gateways.askUntil(
      () => ({
        method: 'POST',
        path: `${this.base}/scans/${scanId}/hold`,
        headers: { ...this.headers, 'content-length': '0' },
        answerMs: holdRequestMs,
        hedgeMs: holdRequestMs / 2,
        signal,
      }),
      performance.now() + 2 * holdRequestMs,
    );
    const outcome = readHold(answer);
    // Nothing is left of that scan to hold: the next attempt is submitted anew.
    if (outcome === 'not-kept' || outcome === 'unknown') this.earlierScans.take(scanId);
    if (outcome === 'unreadable')
      this.deps.onFault('a gateway did not say whether a mail is held', {
        scanId,
        status: answer?.status,
        answer: answer?.text.slice(0, 300),
      });
    return outcome;
  }

  private async judgeOnce(object: ObjectToJudge): Promise<Judgement> {
    const key = keyOf(object);
    const scanId = this.scanIds.take(key);
    let isFinished = false;
    try {
      const judgement = await this.untilJudged(object, scanId);
      isFinished = 'report' in judgement;
      return judgement;
    } finally {
      this.scanIds.release(key, scanId, isFinished);
    }
  }

  private async judgeAgain(object: ObjectToJudge, scanId: string): Promise<Judgement> {
    const earlier = this.earlierScans.take(scanId);
    const recalled = earlier?.kind === 'judged' ? await this.recall(object, scanId) : null;
    if (earlier !== null && recalled !== null) {
      this.earlierScans.add(scanId, earlier);
      return recalled;
    }
    const left = earlier?.kind === 'left' ? earlier : null;
    const begunAtMs = left?.begunAtMs ?? performance.now();
    const isNew = earlier === null || begunAtMs - earlier.begunAtMs > repeatMs;
    // No one waits any more, or not long enough: the scan goes on all the same.
    let kind: 'left' | 'judged' | null = 'left';
    try {
      const judgement = await this.untilJudged(object, scanId, left !== null);
      if ('report' in judgement && isNew) this.engines.learn(judgement.report.engines);
      kind = keptAs(judgement);
      return judgement;
    } finally {
      if (kind !== null) this.earlierScans.add(scanId, { kind, begunAtMs });
    }
  }

  /** The verdict that it had within the last hour, if the engines judge today as they did then. */
  private async recall(object: ObjectToJudge, scanId: string): Promise<Judgement | null> {
    const patienceMs = Math.min(lookMs, object.holdMs);
    const answer = await this.deps.gateways.askUntil(
      (leftMs) => this.askOn(object, scanId, leftMs),
      performance.now() + patienceMs,
    );
    if (answer?.status !== 200) return null;
    const judgement = this.understand(answer, scanId);
    const isHolding =
      'report' in judgement && isConclusive(judgement) && this.engines.areCurrent(judgement.report.engines);
    return isHolding ? judgement : null;
  }

  /** `isRecorded`: it is asked for what became of it first, and submitted when there is no such scan. */
  private async untilJudged(object: ObjectToJudge, scanId: string, isRecorded = false): Promise<Judgement> {
    const deadlineMs = performance.now() + object.holdMs;
    let last: Judgement = { kind: 'away' };
    for (;;) {
      const startedAtMs = performance.now();
      const answer = await this.deps.gateways.askUntil(
        (leftMs) => (isRecorded ? this.askOn(object, scanId, leftMs) : this.submit(object, scanId, leftMs)),
        deadlineMs,
      );
      if (answer === null) return isRecorded ? { kind: 'unfinished', scanId } : last;
      const judgement = this.understand(answer, scanId);
      if (!canChange(judgement)) return judgement;
      last = judgement;
      // A scan that is not there any more (deleted, or its registration replaced) is submitted anew.
      isRecorded = answer.status !== 404 && (isRecorded || judgement.kind === 'unfinished');
      const turnMs = Math.max(leastTurnMs, (answer.retryAfterSeconds ?? 0) * 1000);
      const waitMs = Math.min(turnMs - (performance.now() - startedAtMs), deadlineMs - performance.now());
      if (waitMs > 0) await pause(waitMs, undefined, { signal: object.signal });
      if (performance.now() >= deadlineMs) return isRecorded ? { kind: 'unfinished', scanId } : last;
    }
  }

  private submit(object: ObjectToJudge, scanId: string, leftMs: number): GatewayRequest {
    const fields = [
      { name: 'scanId', value: scanId },
      { name: 'objectType', value: object.objectType },
      ...object.fields,
    ];
    const { waitSeconds, ...times } = requestTimes('submit', leftMs);
    return {
      method: 'POST',
      path: `${this.base}/scans?wait=${waitSeconds}`,
      headers: this.headers,
      form: multipartForm(fields, object),
      ...times,
      signal: object.signal,
    };
  }

  private askOn(object: ObjectToJudge, scanId: string, leftMs: number): GatewayRequest {
    const { waitSeconds, ...times } = requestTimes('ask-on', leftMs);
    return {
      method: 'GET',
      path: `${this.base}/scans/${scanId}?wait=${waitSeconds}`,
      headers: this.headers,
      ...times,
      signal: object.signal,
    };
  }

  private understand({ status, text }: GatewayAnswer, scanId: string): Judgement {
    if (status === 200 || status === 202) this.servedAtMs = performance.now();
    switch (status) {
      case 200:
        return this.readReport(text, scanId);
      case 202:
      case 404:
        return { kind: 'unfinished', scanId };
      case 401:
        return { kind: 'not-accepted' };
      case 413:
        return { kind: 'too-large' };
      case 429:
        return { kind: 'overloaded' };
      default:
        // 408: the upload stalled, which the next attempt may not.
        if (status !== 408 && status < 500) {
          this.deps.onFault('a gateway refused a scan', { status, answer: text.slice(0, 300) });
          return { kind: 'refused', status };
        }
        return { kind: 'away' };
    }
  }

  /** A report of another scan is none of this object, however clean it is. */
  private readReport(text: string, scanId: string): Judgement {
    const read = scanReportSchema.safeParse(parseJson(text));
    if (read.success && read.data.scanId === scanId) return judgementOf(read.data);
    const problem = read.success ? 'a report is of another scan' : 'a report cannot be understood';
    this.deps.onFault(problem, { scanId, answer: text.slice(0, 300) });
    return { kind: 'refused', status: 200 };
  }
}

/** The word of engines alone: what a policy decided, the policy of today may decide otherwise, and a release is over some day. */
const isConclusive = (judgement: Judgement): boolean =>
  (judgement.kind === 'clean' || judgement.kind === 'detected') &&
  judgement.report.policyApplied === null &&
  judgement.report.released === null;

function keptAs(judgement: Judgement): 'left' | 'judged' | null {
  if (judgement.kind === 'unfinished') return 'left';
  return isConclusive(judgement) ? 'judged' : null;
}

/** By asking again. */
const canChange = ({ kind }: Judgement): boolean =>
  kind === 'unfinished' || kind === 'overloaded' || kind === 'away';

const keyOf = ({ content, objectType, fields }: ObjectToJudge): string =>
  JSON.stringify([content.sha256, objectType, ...fields.map(({ name, value }) => [name, value])]);
