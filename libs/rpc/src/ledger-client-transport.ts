import type { Logger } from '@nestjs/common';
import { ClientRMQ, type RmqOptions } from '@nestjs/microservices';
import type { ConfirmChannel } from 'amqplib';
import type { RpcLogger } from './rpc-logger.js';
import { renewConnection, tendConnection } from './tend-connection.js';

type Connection = ReturnType<ClientRMQ['createClient']>;

/**
 * Nest's RMQ client, with three differences: it declares nothing (its user may not), it tells whether a request sent now
 * would leave at once, and a request leaves now or never. The connection manager below would keep what it could not
 * send, or was not confirmed before the connection broke, and send it when the connection is back: a request whose
 * caller was told long ago that its outcome is unknown, such as a deletion, would be carried out after all.
 */
export class LedgerClientTransport extends ClientRMQ {
  /** Ours instead of Nest's own, which writes coloured lines among the JSON. */
  protected override readonly logger: Logger;
  private openChannel: ConfirmChannel | null = null;
  private readonly lostListeners = new Set<() => void>();
  private isClosing = false;

  constructor(
    options: NonNullable<RmqOptions['options']>,
    private readonly ownLogger: RpcLogger,
    private readonly name: string,
  ) {
    super(options);
    const tell = (message: unknown) => ownLogger.debug({ detail: message }, 'request connection');
    this.logger = { log: tell, warn: tell, error: tell } as unknown as Logger;
  }

  get isOpen(): boolean {
    return this.openChannel !== null;
  }

  /** Called when what was sent can't be answered any more. */
  onLost(listener: () => void): void {
    this.lostListeners.add(listener);
  }

  override createClient(): Connection {
    const connection = super.createClient();
    tendConnection(connection, this.ownLogger, this.name);
    return connection;
  }

  override createChannel(): Promise<void> {
    const opened = super.createChannel();
    if (this.channel !== null)
      this.channel.publish = async (...given: Parameters<ConfirmChannel['publish']>) => this.sendNow(given);
    return opened;
  }

  override async setupChannel(channel: ConfirmChannel, resolve: () => void): Promise<void> {
    channel.once('close', () => this.lost(channel));
    channel.on('error', () => this.lost(channel));
    await this.consumeChannel(channel);
    this.openChannel = channel;
    resolve();
  }

  override async close(): Promise<void> {
    this.isClosing = true;
    await super.close();
  }

  private sendNow(publication: Parameters<ConfirmChannel['publish']>): boolean {
    if (this.openChannel === null) throw new Error('no request channel');
    return this.openChannel.publish(...publication);
  }

  private lost(channel: ConfirmChannel): void {
    if (this.openChannel !== channel) return;
    this.openChannel = null;
    for (const listener of this.lostListeners) listener();
    if (!this.isClosing) renewConnection(this.client);
  }
}
