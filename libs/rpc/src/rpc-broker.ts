import type { QueueDefinition } from '@sluice/contracts';

/** The parts of a broker's connection that requests run over; `@sluice/broker` has them. */
export interface RequestChannel {
  readonly isOpen: boolean;
  /** Why no request can be sent; null while they can. */
  readonly problem: string | null;
  /** Rejects with an error whose `code` says why. */
  request(request: {
    readonly exchange: string;
    readonly routingKey: string;
    readonly message: unknown;
    readonly timeoutMs: number;
  }): Promise<unknown>;
  close(): Promise<void>;
}

export interface RequestDelivery {
  readonly content: unknown;
  readonly routingKey: string;
  readonly reply: (message: unknown) => void;
}

export interface RequestConsumer {
  readonly isActive: boolean;
  stop(deadlineMs: number): Promise<void>;
}

export interface RequestSource {
  consume(options: {
    readonly queue: QueueDefinition;
    readonly prefetch: number;
    readonly onMessage: (delivery: RequestDelivery) => Promise<'ack' | 'dead-letter'>;
  }): RequestConsumer;
}
