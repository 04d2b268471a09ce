import type { EngineOutcome, ScanContent } from '@sluice/contracts';
import type { ShownPart } from '../inspection/inspection.schema.js';
import type { CallLimit } from './call-limit.js';
import type { CutShort } from './cut-short.js';
import type { EngineView } from './engine-view.js';
import { lessShortfall } from './less-shortfall.js';

export interface AskOptions {
  /** By `performance.now()`. */
  readonly deadlineMs: number;
  readonly cut: CutShort;
  readonly calls: CallLimit;
  /** An engine has said something of a part. */
  readonly onSaid: () => void;
}

export interface HeldPart {
  readonly part: ShownPart;
  readonly content: Buffer;
}

/** An object of which bundle after bundle has to be taken apart gains nothing by them. */
const maxTakenApart = 20;

/** Asks engines about the parts of one object, and notes what each says. */
export class AskEngines {
  constructor(private readonly options: AskOptions) {}

  ask(view: EngineView, { part, content }: HeldPart): Promise<void> {
    return this.askOf(view, part, { sizeBytes: content.length, bytes: once(content) });
  }

  async askOf(view: EngineView, part: ShownPart, content: ScanContent): Promise<void> {
    // Its word on this object is lost already; more parts would only keep it from others.
    if (view.failure !== null) return;
    const { deadlineMs, onSaid } = this.options;
    const { sizeBytes } = content;
    const outcome = await this.call(view, async (timeoutMs) => {
      const said = await view.engine.scan(content, { timeoutMs });
      return lessShortfall(view.engine, { outcome: said, kind: { ...part, sizeBytes }, deadlineMs });
    });
    view.take(part, outcome, sizeBytes);
    onSaid();
  }

  /** It said clean of the object, and opened this by itself. */
  async spare(view: EngineView, part: ShownPart, sizeBytes: number): Promise<void> {
    const { deadlineMs, onSaid } = this.options;
    const kind = { ...part, sizeBytes };
    view.spare(part, await lessShortfall(view.engine, { outcome: { kind: 'clean' }, kind, deadlineMs }));
    onSaid();
  }

  /** In one call; what is not clean together by halves, so that a few bad ones among many cost few calls. */
  async askTogether(view: EngineView, parts: readonly HeldPart[]): Promise<void> {
    const isOneByOne =
      parts.length === 1 || view.engine.scanTogether === undefined || view.takenApart >= maxTakenApart;
    if (isOneByOne) {
      for (const one of parts) await this.ask(view, one);
      return;
    }
    if (view.failure !== null || (await this.areAllClean(view, parts))) return;
    view.takenApart += 1;
    const middle = Math.ceil(parts.length / 2);
    await this.askTogether(view, parts.slice(0, middle));
    await this.askTogether(view, parts.slice(middle));
  }

  /** False: nothing is known of any of them. */
  private async areAllClean(view: EngineView, parts: readonly HeldPart[]): Promise<boolean> {
    const { deadlineMs, onSaid } = this.options;
    const contents = parts.map(({ content }) => content);
    const outcome = await this.call(
      view,
      async (timeoutMs) => (await view.engine.scanTogether?.(contents, { timeoutMs })) ?? refused,
    );
    if (outcome.kind !== 'clean') return false;
    for (const { part, content } of parts) {
      const kind = { ...part, sizeBytes: content.length };
      view.take(part, await lessShortfall(view.engine, { outcome, kind, deadlineMs }), content.length);
    }
    onSaid();
    return true;
  }

  private call(view: EngineView, ask: (timeoutMs: number) => Promise<EngineOutcome>): Promise<EngineOutcome> {
    const { cut, calls, deadlineMs } = this.options;
    view.callCount += 1;
    return cut.scan(() =>
      calls.run(async () => {
        const timeoutMs = deadlineMs - performance.now();
        return timeoutMs > 0 ? ask(timeoutMs) : { kind: 'failed', code: 'timeout', retryable: true };
      }),
    );
  }
}

const refused: EngineOutcome = { kind: 'failed', code: 'refused', retryable: true };

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
