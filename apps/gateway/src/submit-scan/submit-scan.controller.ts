import { cleanText, groupKeyOf } from '@sluice/contracts';
import type { AcceptItem, AcceptOutcome } from '@sluice/contracts';
import type { ObjectStore, PasswordSeal } from '@sluice/object-store';
import type { Logger } from '@sluice/runtime';
import { ok, refuse } from '../answer-requests/answer.js';
import type { Answer } from '../answer-requests/answer.js';
import type { Exchange } from '../answer-requests/exchange.js';
import { LedgerError } from '../ask-ledger/ledger.js';
import type { Ledger } from '../ask-ledger/ledger.js';
import { isStillAccepted } from '../authorise-callers/authorise-caller.js';
import type { AcceptedCaller, CallerRegistry } from '../authorise-callers/authorise-caller.js';
import type { GatewayLimits } from '../gateway-limits.js';
import type { HeldRequests } from '../hold-requests/held-requests.js';
import { badWait, readWaitSeconds } from '../hold-requests/wait-seconds.js';
import type { GatewayMetrics } from '../gateway-metrics.js';
import { multipartBoundary } from '../read-multipart/index.js';
import { toAcceptItem } from './accept-item.js';
import { answerWithReport } from './answer-with-report.js';
import type { Stake } from './dead-bytes.js';
import type { StoredObject } from './object-draft.js';
import type { JobPublisher } from './publish-jobs.service.js';
import { receiveForm } from './receive-form.js';
import type { ReceivedForm } from './receive-form.js';
import type { DoubtfulSubmissions } from './doubtful-submissions.js';
import { instanceAdvice, isInstance, readScanForm } from './scan-form.js';
import type { FileSharing } from './file-sharing.js';
import type { StallWatch } from './stall-watch.js';
import type { StoreSpace } from './store-space.js';

export type GatewayStore = Pick<
  ObjectStore,
  'create' | 'createShared' | 'delete' | 'writeSidecar' | 'deleteSidecar'
>;

export interface SubmitScanDeps {
  readonly registry: CallerRegistry;
  readonly ledger: Ledger;
  readonly jobs: JobPublisher;
  readonly doubts: DoubtfulSubmissions;
  readonly store: GatewayStore;
  /** Null: no key is configured, and no passwords are taken. */
  readonly seal: PasswordSeal | null;
  readonly space: StoreSpace;
  readonly fileSharing: FileSharing;
  readonly stallWatch: StallWatch;
  readonly held: HeldRequests;
  readonly limits: Pick<GatewayLimits, 'bodyOverheadBytes' | 'hold'>;
  readonly metrics: GatewayMetrics;
  readonly logger: Logger;
}

const unavailable = (message: string): Answer =>
  refuse('unavailable', `${message}; repeat the request with the same scanId`);
const tooLarge = (maxBytes: number): Answer =>
  refuse('too-large', `an object may have at most ${maxBytes} bytes`);
const limitReached = refuse('limit', 'too many scans are unfinished; try again later');
const notAccepted = refuse('unauthorized', 'this external system is not accepted');

type Submitted =
  | { readonly kind: 'recorded'; readonly item: AcceptItem }
  | { readonly kind: 'refused'; readonly answer: Answer };
const refused = (answer: Answer): Submitted => ({ kind: 'refused', answer });

/**
 * POST /scans (design, "The life of a scan", steps 1 to 4). `OK` is said after the object is flushed into the store and
 * its row is committed, and not before; what was stored for a submission that is refused is removed again.
 */
export class SubmitScan {
  constructor(private readonly parts: SubmitScanDeps) {}

  async answer(exchange: Exchange, caller: AcceptedCaller): Promise<Answer> {
    const boundary = multipartBoundary(exchange.request.headers['content-type']);
    if (boundary === null)
      return refuse('bad-request', 'the body has to be multipart/form-data with a boundary');
    const waitSeconds = readWaitSeconds(exchange.target.query, this.parts.limits.hold.maxSeconds);
    if (waitSeconds === null) return badWait;
    const refusal = this.refuseEarly(exchange) ?? (await this.refuseInsteadOfContinue(exchange, caller));
    if (refusal !== null) return refusal;
    const startedAtMs = performance.now();
    const received = await this.receive(exchange, boundary, caller);
    if (received.kind !== 'received') return this.refuseReceived(exchange, received);
    const submitted = await this.store(exchange, caller, received);
    if (submitted.kind === 'refused') return submitted.answer;
    this.parts.metrics.acceptSeconds.observe((performance.now() - startedAtMs) / 1000);
    if (waitSeconds === 0) return ok;
    const { item } = submitted;
    return answerWithReport(this.parts, { exchange, caller, item, waitMs: waitSeconds * 1000 });
  }

  /** What can be said before the body is read. */
  private refuseEarly(exchange: Exchange): Answer | null {
    const { registry, limits, ledger, jobs, space } = this.parts;
    const { maxObjectSize } = registry.settings;
    const declaredBytes = exchange.declaredBytes ?? 0;
    if (declaredBytes > maxObjectSize + limits.bodyOverheadBytes) return tooLarge(maxObjectSize);
    if (!isInstance(exchange.target.query.get('sensorInstanceId') ?? ''))
      return refuse('bad-request', instanceAdvice);
    if (!ledger.isConnected || !jobs.canPublish) return unavailable('scans cannot be recorded right now');
    if (!space.hasRoomFor(declaredBytes)) return unavailable('objects cannot be stored right now');
    return null;
  }

  /** A caller that asks first is told of the limit before it sends anything. */
  private async refuseInsteadOfContinue(exchange: Exchange, caller: AcceptedCaller): Promise<Answer | null> {
    if (!exchange.needsContinue) return null;
    const { registrationId, type } = caller;
    const isAdmitted = await this.parts.ledger.admit({ registrationId, isMail: type === 'mail' });
    if (!isAdmitted) return limitReached;
    exchange.sendContinue();
    return null;
  }

  private async receive(
    exchange: Exchange,
    boundary: string,
    { type }: AcceptedCaller,
  ): Promise<ReceivedForm> {
    const { registry, store, fileSharing, stallWatch, limits, space, metrics } = this.parts;
    const { maxObjectSize } = registry.settings;
    metrics.receiving.inc();
    try {
      return await receiveForm(exchange.request, {
        boundary,
        store,
        fileSharing,
        stallWatch,
        maxObjectBytes: maxObjectSize,
        maxBodyBytes: maxObjectSize + limits.bodyOverheadBytes,
        isMail: type === 'mail',
        isStoreFull: () => !space.hasRoomFor(0),
      });
    } finally {
      metrics.receiving.dec();
    }
  }

  private refuseReceived(exchange: Exchange, received: Exclude<ReceivedForm, { kind: 'received' }>): Answer {
    switch (received.kind) {
      case 'malformed':
        return refuse('bad-request', received.message);
      case 'too-large':
        return tooLarge(this.parts.registry.settings.maxObjectSize);
      case 'stalled':
        return refuse('stalled', 'the body came too slowly or not at all');
      case 'gone':
        // No one is there to read it.
        return refuse('bad-request', 'the body ended too early');
      case 'store-failed':
        this.parts.logger.warn({ err: received.cause, requestId: exchange.requestId }, 'object not stored');
        return unavailable('the object cannot be stored right now');
      case 'faulty':
        throw received.cause;
    }
  }

  private async store(
    exchange: Exchange,
    caller: AcceptedCaller,
    received: Extract<ReceivedForm, { kind: 'received' }>,
  ): Promise<Submitted> {
    const checked = readScanForm(received.fields, {
      queryInstance: exchange.target.query.get('sensorInstanceId') ?? '',
      isMailSensor: caller.type === 'mail',
    });
    const refusal = this.refuseForm(caller, received, checked);
    if (refusal !== null || received.object === null || checked.kind === 'invalid') {
      await received.abort();
      return refused(refusal ?? notAccepted);
    }
    const { draft, filename } = received.object;
    const { metrics, fileSharing } = this.parts;
    // Passwords lie beside a file of its own.
    const isPlain = checked.passwords.length === 0;
    const stake = isPlain ? fileSharing.stake(caller.registrationId, draft.sizeBytes) : null;
    let object: StoredObject;
    let passwordsMark: string | null;
    try {
      object = await draft.commit({ mayShare: stake !== null });
      passwordsMark = await this.storePasswords(object, checked.passwords);
    } catch (err) {
      stake?.settle(true);
      this.parts.logger.warn({ err, requestId: exchange.requestId }, 'object not stored');
      return refused(unavailable('the object cannot be stored right now'));
    }
    const isShared = groupKeyOf(object.objectKey) !== null;
    if (!isShared) stake?.settle(true);
    metrics.objects.inc({ file: isShared ? 'shared' : 'own' });
    metrics.objectBytes.inc(object.sizeBytes);
    const objectName = filename === null ? null : cleanText(filename);
    const item = toAcceptItem({ exchange, caller, form: checked.form, object, objectName, passwordsMark });
    return this.accept(exchange, item, isShared ? stake : null);
  }

  /** Before the row is there: a scan that was answered OK has them. Rejects with the store's error; nothing stays then. */
  private async storePasswords(
    { objectKey }: StoredObject,
    passwords: readonly string[],
  ): Promise<string | null> {
    const { seal, store } = this.parts;
    if (seal === null || passwords.length === 0) return null;
    try {
      await store.writeSidecar(objectKey, seal.seal(objectKey, passwords));
    } catch (error) {
      this.remove(objectKey, null);
      throw error;
    }
    return seal.mark(passwords);
  }

  private refuseForm(
    caller: AcceptedCaller,
    received: Extract<ReceivedForm, { kind: 'received' }>,
    checked: ReturnType<typeof readScanForm>,
  ): Answer | null {
    if (checked.kind === 'invalid') return refuse('bad-request', checked.message);
    if (received.object === null)
      return refuse('bad-request', 'there has to be exactly one part named content');
    if (checked.passwords.length > 0 && this.parts.seal === null)
      return refuse('bad-request', 'passwords are not taken here: the operator has to set PASSWORDS_KEY');
    // The upload may have taken minutes.
    return isStillAccepted(this.parts.registry, caller) ? null : notAccepted;
  }

  /** `stake`: of an object that shares a file, and cannot be removed by itself. */
  private async accept(exchange: Exchange, item: AcceptItem, stake: Stake | null): Promise<Submitted> {
    const { submissionId, objectKey } = item;
    let outcome: AcceptOutcome;
    try {
      outcome = await this.parts.ledger.accept(item);
    } catch (err) {
      this.parts.logger.warn({ err, submissionId, requestId: exchange.requestId }, 'scan not recorded');
      // In doubt the row may exist, and the object with it: then it is left to the search for orphans.
      if (err instanceof LedgerError && err.code === 'unsent') this.remove(objectKey, submissionId);
      else this.parts.doubts.add(item);
      stake?.settle(false);
      return refused(unavailable('the scan cannot be recorded right now'));
    }
    stake?.settle(outcome.outcome === 'accepted');
    if (outcome.outcome !== 'accepted') this.remove(objectKey, submissionId);
    return this.answerOutcome(exchange, item, outcome);
  }

  private answerOutcome(exchange: Exchange, item: AcceptItem, outcome: AcceptOutcome): Submitted {
    const { submissionId, sizeBytes } = item;
    switch (outcome.outcome) {
      case 'accepted':
        // It has its verdict: the same bytes had one before, or this answer comes late.
        if (outcome.isDone !== true) this.parts.jobs.publish(outcome);
        this.parts.logger.info(
          { submissionId, sizeBytes, queue: outcome.queue, requestId: exchange.requestId },
          'scan accepted',
        );
        return { kind: 'recorded', item };
      case 'exists':
        return { kind: 'recorded', item };
      case 'limit':
        return refused(limitReached);
      case 'not-accepted':
        return refused(notAccepted);
      case 'group-closed':
        // It took longer than the ledger waits for one: the repeat gets another file.
        return refused(unavailable('the scan cannot be recorded right now'));
      case 'invalid':
        return refused(refuse('bad-request', 'the submission cannot be recorded as it is'));
    }
  }

  /** An object no one needs. Not waited for: what stays is found with the orphans. */
  private remove(objectKey: string, submissionId: string | null): void {
    const { store, logger } = this.parts;
    for (const removing of [store.delete(objectKey), store.deleteSidecar(objectKey)])
      removing.catch((err: unknown) => {
        logger.warn({ err, submissionId }, 'object not removed');
      });
  }
}
