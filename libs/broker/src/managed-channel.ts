import { BackOff } from '@sluice/timing';
import type { Channel, ChannelModel, ConfirmChannel } from 'amqplib';
import type { BrokerLogger } from './broker-logger.js';
import { closeChannel } from './close-channel.js';

interface ManagedChannelOptions {
  readonly name: string;
  readonly isConfirm: boolean;
  /** It may fail for as long as it likes without a word, and is then tried once a minute; default false. */
  readonly isQuiet?: boolean;
  /** Called with each new channel before it counts as open: consume, declare, listen. */
  readonly setup: (channel: ConfirmChannel) => Promise<void>;
  readonly onOpen?: () => void;
  readonly onLost: () => void;
  readonly logger: BrokerLogger;
}

/** A channel on its way. */
interface Opening {
  readonly model: ChannelModel;
  channel: ConfirmChannel | null;
  /** Closed, or another asked for, before it counted as open. */
  isOutdated: boolean;
}

const pauses = { firstMs: 200, longestMs: 5000 };
/** The broker starts several processes for each channel, and logs each that it refuses. */
const quietPauses = { firstMs: 200, longestMs: 60_000 };

/**
 * One channel that comes back: after a reconnect, and when the broker closed the channel alone (its queue is gone, a
 * permission is missing), with back-off. Never two: the one that is forgotten would go on consuming.
 */
export class ManagedChannel {
  private model: ChannelModel | null = null;
  private channel: ConfirmChannel | null = null;
  /** Whatever puts it away leaves its channel to be closed once it is there. */
  private opening: Opening | null = null;
  private retryTimer: NodeJS.Timeout | undefined;
  private readonly backOff: BackOff;
  private lastProblem: string | null = null;
  private isClosed = false;

  constructor(private readonly options: ManagedChannelOptions) {
    this.backOff = new BackOff(options.isQuiet === true ? quietPauses : pauses);
  }

  /** Null while there is none. Never keep it: it may be gone at the next turn. */
  get current(): ConfirmChannel | null {
    return this.channel;
  }

  /** Why there is none, as far as it is known; null while there is one. */
  get problem(): string | null {
    return this.lastProblem;
  }

  connected(model: ChannelModel): void {
    this.model = model;
    this.backOff.reset();
    void this.openChannel();
  }

  disconnected(): void {
    this.model = null;
    this.opening = null;
    clearTimeout(this.retryTimer);
    this.lose();
  }

  /** Is it the one that is open, or on its way? */
  has(channel: ConfirmChannel): boolean {
    return this.channel === channel || this.opening?.channel === channel;
  }

  /**
   * Closes the channel and opens another: what was unacknowledged goes back to its queue. One that was given up already
   * is no reason: the broker tells of each tag that it cancels.
   */
  async reopen(channel: ConfirmChannel): Promise<void> {
    if (this.opening?.channel === channel) this.opening.isOutdated = true;
    if (this.channel !== channel) return;
    this.lose();
    await closeChannel(channel);
    await this.openChannel();
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.opening = null;
    clearTimeout(this.retryTimer);
    const channel = this.channel;
    this.channel = null;
    if (channel !== null) await closeChannel(channel);
  }

  private async openChannel(): Promise<void> {
    const model = this.model;
    if (model === null || this.isClosed || this.channel !== null || this.opening?.model === model) return;
    const opening: Opening = { model, channel: null, isOutdated: false };
    this.opening = opening;
    try {
      const channel = await this.createChannel(model);
      opening.channel = channel;
      channel.on('error', (err: Error) => this.report(err, 'broker channel failed'));
      channel.on('close', () => this.channelClosed(channel, opening));
      await this.options.setup(channel);
      if (this.opening === opening && !opening.isOutdated) return this.opened(channel);
    } catch (err) {
      if (this.opening === opening) this.report(err as Error, 'broker channel not opened');
    }
    if (opening.channel !== null) await closeChannel(opening.channel);
    if (this.opening !== opening) return;
    this.opening = null;
    this.retryLater(model);
  }

  private opened(channel: ConfirmChannel): void {
    this.opening = null;
    this.channel = channel;
    this.backOff.reset();
    this.lastProblem = null;
    this.options.onOpen?.();
  }

  /** Once per outage: what lasts is shown by readiness. */
  private report(err: Error, message: string): void {
    const { logger, name, isQuiet = false } = this.options;
    const isNew = this.lastProblem === null && !isQuiet;
    this.lastProblem = err.message;
    logger[isNew ? 'warn' : 'debug']({ err, channel: name }, message);
  }

  private async createChannel(model: ChannelModel): Promise<ConfirmChannel> {
    if (this.options.isConfirm) return model.createConfirmChannel();
    // Only confirm channels publish; a plain one is used for its consuming half alone.
    return (await model.createChannel()) as Channel as ConfirmChannel;
  }

  private channelClosed(channel: ConfirmChannel, opening: Opening): void {
    opening.isOutdated = true;
    if (this.channel !== channel) return;
    this.lose();
    this.retryLater(opening.model);
  }

  private retryLater(model: ChannelModel): void {
    if (this.model !== model || this.isClosed) return;
    clearTimeout(this.retryTimer);
    this.retryTimer = setTimeout(() => void this.openChannel(), this.backOff.nextMs());
  }

  private lose(): void {
    if (this.channel === null) return;
    this.channel = null;
    this.options.onLost();
  }
}
