import type { Logger } from '@nestjs/common';
import { ClientRMQ, type RmqOptions } from '@nestjs/microservices';
import type { Channel } from 'amqplib';
import type { RpcLogger } from './rpc-logger.js';

/**
 * Nest's RMQ client, with two differences: it declares nothing (its user may not), and it tells whether a request
 * sent now would leave at once, because the connection manager below would keep it and send it later.
 */
export class LedgerClientTransport extends ClientRMQ {
  /** Ours instead of Nest's own, which writes coloured lines among the JSON. */
  protected override readonly logger: Logger;
  private openChannel: Channel | null = null;
  private readonly lostListeners = new Set<() => void>();

  constructor(options: NonNullable<RmqOptions['options']>, logger: RpcLogger) {
    super(options);
    const tell = (message: unknown) => logger.debug({ detail: message }, 'request connection');
    this.logger = { log: tell, warn: tell, error: tell } as unknown as Logger;
  }

  get isOpen(): boolean {
    return this.openChannel !== null;
  }

  /** Called when what was sent can't be answered any more. */
  onLost(listener: () => void): void {
    this.lostListeners.add(listener);
  }

  override async setupChannel(channel: Channel, resolve: () => void): Promise<void> {
    channel.once('close', () => this.lost(channel));
    channel.on('error', () => this.lost(channel));
    await this.consumeChannel(channel);
    this.openChannel = channel;
    resolve();
  }

  private lost(channel: Channel): void {
    if (this.openChannel !== channel) return;
    this.openChannel = null;
    for (const listener of this.lostListeners) listener();
  }
}
