import { senderOf, type ServiceName } from '@sluice/contracts';
import type { ConfirmChannel, ConsumeMessage } from 'amqplib';

export interface Delivery {
  /** The parsed JSON; undefined when it is none. */
  readonly content: unknown;
  readonly raw: Buffer;
  /** True on every message after a crash of the broker: a hint, never a count. */
  readonly redelivered: boolean;
  readonly priority: number;
  readonly routingKey: string;
  /** The service it comes from, as the broker has verified; null where all services share one login. */
  readonly sender: ServiceName | null;
  /** Answers a request: leaves on the channel that takes the acknowledgement, before it. */
  readonly reply: (message: unknown) => void;
}

interface Channel {
  readonly channel: ConfirmChannel;
  readonly login: string;
}

export function toDelivery(message: ConsumeMessage, { channel, login }: Channel): Delivery {
  const { properties, fields, content } = message;
  return {
    content: parseJson(content),
    raw: content,
    redelivered: fields.redelivered,
    priority: Number(properties.priority ?? 0),
    routingKey: fields.routingKey,
    sender: senderOf(properties.userId as string | undefined),
    reply: (answer) => {
      const { replyTo, correlationId } = properties;
      if (typeof replyTo !== 'string') return; // whoever sent it wants no answer
      const bytes = Buffer.from(JSON.stringify(answer));
      channel.sendToQueue(replyTo, bytes, { correlationId: String(correlationId), userId: login });
    },
  };
}

/** Undefined when it is none. */
export function parseJson(raw: Buffer): unknown {
  try {
    return JSON.parse(raw.toString('utf8'));
  } catch {
    return undefined;
  }
}
