import { ClamdServer, StreamCut } from '@sluice/clamd-server';
import type { ClamdServerOptions, ListenAddress, ScanReply, StreamBody } from '@sluice/clamd-server';
import type { Logger } from '@sluice/runtime';
import type { Judge } from '../judge-objects/judge.js';
import type { Judgement } from '../judge-objects/judgement.js';
import { SpooledObject } from '../spool-objects/spooled-object.js';
import { clamdCutReply, clamdReply } from './clamd-policy.js';
import type { ClamdSettings } from './clamd-settings.js';
import { ClamdVersion } from './clamd-version.js';

export interface ClamdListenerOptions {
  readonly judge: Pick<Judge, 'judge'>;
  /** May change at any time; a stream is answered by what held when it began. */
  readonly settings: () => ClamdSettings;
  readonly server: Omit<ClamdServerOptions, 'handler'>;
  readonly spoolFolder: string;
  readonly logger: Logger;
  readonly onJudged: (kind: Judgement['kind']) => void;
}

/** Programs that speak to clamd: each stream is an object, and its verdict their answer. */
export class ClamdListener {
  private readonly version = new ClamdVersion();
  private readonly server: ClamdServer;

  constructor(private readonly options: ClamdListenerOptions) {
    const { settings, logger } = options;
    this.server = new ClamdServer({
      ...options.server,
      handler: {
        scan: (body) => this.scan(body),
        answerCut: (reason) => clamdCutReply(reason, settings().policy),
        answerFault: (err) => {
          logger.error({ err }, 'a stream could not be judged');
          return clamdReply({ kind: 'away' }, 0, settings().policy);
        },
        version: () => this.version.current,
      },
    });
  }

  get scansInFlight(): number {
    return this.server.scansInFlight;
  }

  listen(address: ListenAddress): Promise<number | null> {
    return this.server.listen(address);
  }

  stop(deadlineMs: number): Promise<void> {
    return this.server.stop(deadlineMs);
  }

  private async scan(body: StreamBody): Promise<ScanReply> {
    const { policy, holdMs } = this.options.settings();
    let content: SpooledObject;
    try {
      content = await SpooledObject.from(body, this.options.spoolFolder);
    } catch (error) {
      // Answered as cut, or by no one.
      if (error instanceof StreamCut) return clamdReply({ kind: 'away' }, 0, policy);
      throw error;
    }
    try {
      const judgement = await this.options.judge.judge({
        content,
        filename: 'stream',
        objectType: 'file',
        fields: [],
        holdMs,
        signal: body.whenCut,
      });
      this.options.onJudged(judgement.kind);
      if ('report' in judgement) this.version.learn(judgement.report);
      return clamdReply(judgement, content.sizeBytes, policy);
    } catch (error) {
      if (body.whenCut.aborted) return clamdReply({ kind: 'away' }, 0, policy);
      throw error;
    } finally {
      await content.close();
    }
  }
}
