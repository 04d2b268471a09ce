import { isSentBy, type Senders } from '@sluice/contracts';
import type { Message } from 'amqplib';
import type { BrokerLogger } from './broker-logger.js';

const reportEveryMs = 1000;

/**
 * Lets through only what comes from those who may send it. What does not is reported, at most once a second with its
 * number, because whoever forges one message can forge many.
 */
export class SenderCheck {
  private refused = 0;
  private reportedAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly source: string,
    private readonly senders: Senders,
    private readonly own: { readonly login: string; readonly logger: BrokerLogger },
  ) {}

  isGenuine({ properties, fields }: Pick<Message, 'properties' | 'fields'>): boolean {
    const userId = properties.userId as string | undefined;
    const { routingKey } = fields;
    if (isSentBy(this.senders, { userId, routingKey }, this.own.login)) return true;
    this.report({ userId, routingKey });
    return false;
  }

  private report(last: { userId: string | undefined; routingKey: string }): void {
    this.refused += 1;
    const nowMs = performance.now();
    if (nowMs - this.reportedAtMs < reportEveryMs) return;
    const { source, refused } = this;
    this.own.logger.error({ source, refused, ...last }, 'messages dropped: their sender may not send them');
    this.reportedAtMs = nowMs;
    this.refused = 0;
  }
}
