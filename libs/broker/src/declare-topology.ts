import type { ChannelModel } from 'amqplib';
import { exchanges, queues } from '@sluice/contracts';

/** Declares every exchange, queue and binding of the contract. Repeating it changes nothing. */
export async function declareTopology(model: ChannelModel): Promise<void> {
  // Nobody else listens before this is done, and a connection that breaks meanwhile would end the process.
  model.on('error', () => undefined);
  const channel = await model.createChannel();
  channel.on('error', () => undefined); // told by the rejection below
  for (const { name, type } of Object.values(exchanges))
    await channel.assertExchange(name, type, { durable: true });
  for (const queue of Object.values(queues)) {
    await channel.assertQueue(queue.name, { durable: true, arguments: queue.arguments });
    await channel.bindQueue(queue.name, queue.exchange, queue.routingKey);
  }
  await channel.close();
}
