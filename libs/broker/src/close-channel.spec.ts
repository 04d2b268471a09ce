import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { closeChannel } from './close-channel.js';

/** What amqplib's channel does when it is asked to close. */
const channelThat = (close: () => Promise<void>) => Object.assign(new EventEmitter(), { close }) as never;
const never = (): Promise<void> => new Promise(() => undefined);

describe('closing a channel', () => {
  it('is over when the broker has confirmed it', async () => {
    await closeChannel(channelThat(async () => undefined));
  });

  it('is over when the connection broke before that, of which amqplib says nothing', async () => {
    const channel: EventEmitter = channelThat(never);
    const closed = closeChannel(channel as never);
    channel.emit('close');
    await closed;
    expect(channel.listenerCount('close')).toBe(0);
  });

  it('is over at once when it was closed already', async () => {
    await closeChannel(channelThat(() => Promise.reject(new Error('Channel closed'))));
  });
});
