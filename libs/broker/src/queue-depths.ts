import type { Channel, ChannelModel } from 'amqplib';

export interface QueueDepth {
  /** Ready ones. */
  readonly messages: number;
  readonly consumers: number;
}

/**
 * Asks for the depth of queues, by passive declaration, one question after the other on a channel of its own: asking for
 * a queue that is gone closes the channel that asked. Otherwise it is kept; the broker starts several processes for each.
 */
export class QueueDepths {
  private opened: { readonly model: ChannelModel; readonly channel: Channel } | null = null;
  private last: Promise<unknown> = Promise.resolve();

  /** Rejects when the queue doesn't exist. */
  ask(model: ChannelModel, queue: string): Promise<QueueDepth> {
    const answer = this.last.then(() => this.askNow(model, queue));
    this.last = answer.catch(() => undefined);
    return answer;
  }

  private async askNow(model: ChannelModel, queue: string): Promise<QueueDepth> {
    const channel = await this.channelOf(model);
    try {
      const { messageCount, consumerCount } = await channel.checkQueue(queue);
      return { messages: messageCount, consumers: consumerCount };
    } catch (error) {
      this.opened = null;
      throw error;
    }
  }

  private async channelOf(model: ChannelModel): Promise<Channel> {
    if (this.opened?.model === model) return this.opened.channel;
    const channel = await model.createChannel();
    channel.on('error', () => undefined); // told by the rejection of checkQueue
    channel.on('close', () => {
      if (this.opened?.channel === channel) this.opened = null;
    });
    this.opened = { model, channel };
    return channel;
  }
}
