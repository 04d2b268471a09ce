import { type Job, type beginAnswerSchema, ledgerRpc } from '@sluice/contracts';
import type { RpcClient } from '@sluice/rpc';
import type { Logger } from '@sluice/runtime';
import type { z } from 'zod';
import type { Pause } from './pause.js';

export type BeginDecision = z.infer<typeof beginAnswerSchema>['decision'];

const retryMs = 1000;

/** A job that was delivered before is announced and counted before it is scanned: it may be what brought a scanner down. */
export class BeginAgainService {
  constructor(
    private readonly rpc: Pick<RpcClient, 'ask'>,
    private readonly scanner: string,
    private readonly pause: Pause,
    private readonly logger: Logger,
  ) {}

  /** Asks until there is an answer: never scanned uncounted. Null when the scanner stops before. */
  async ask(job: Job): Promise<BeginDecision | null> {
    const { submissionId } = job;
    while (!this.pause.isOver) {
      try {
        const { decision, begins } = await this.rpc.ask(ledgerRpc.begin, {
          submissionId,
          scanner: this.scanner,
        });
        this.logger.info({ submissionId, decision, begins }, 'job came again');
        return decision;
      } catch (err) {
        this.logger.warn({ err, submissionId }, 'begin not answered, asking again');
        await this.pause.wait(retryMs);
      }
    }
    return null;
  }
}
