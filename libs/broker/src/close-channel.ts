import type { Channel } from 'amqplib';

/**
 * Closes a channel, and resolves when it is closed, whoever closed it, or at once when it is being closed already: amqplib answers when the broker has confirmed it, and
 * where the connection breaks before that, never.
 */
export async function closeChannel(channel: Pick<Channel, 'close' | 'once'>): Promise<void> {
  const closed = new Promise<void>((resolve) => channel.once('close', () => resolve()));
  // Closed already is as good.
  await Promise.race([closed, channel.close()]).catch(() => undefined);
}
