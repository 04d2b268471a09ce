import {
  declaredQueues,
  exchanges,
  formerJobQueues,
  type JobQueueType,
  type QueueDefinition,
} from '@sluice/contracts';
import type { Channel, ChannelModel } from 'amqplib';
import { closeChannel } from './close-channel.js';

type Declaration = (channel: Channel) => Promise<unknown>;

/**
 * Declares every exchange, queue and binding of the contract; repeating it changes nothing. One that the broker refuses
 * (a queue of that name with other arguments, a missing permission) keeps none of the others from being declared:
 * answers what is wrong, one line each. Rejects when the connection breaks.
 */
export async function declareTopology(model: ChannelModel, jobQueueType: JobQueueType): Promise<string[]> {
  const problems: string[] = [];
  let channel = await openChannel(model);
  for (const declare of declarations(jobQueueType))
    try {
      await declare(channel);
    } catch (error) {
      problems.push((error as Error).message);
      // A refusal closes the channel it came on.
      channel = await openChannel(model);
    }
  await closeChannel(channel);
  return problems;
}

function declarations(jobQueueType: JobQueueType): Declaration[] {
  return [
    ...Object.values(exchanges).map(
      ({ name, type }): Declaration =>
        (channel) =>
          channel.assertExchange(name, type, { durable: true }),
    ),
    ...declaredQueues(jobQueueType).flatMap((queue) => [declareQueue(queue), bindQueue(queue)]),
    // What they still hold is taken by scanners; nothing new gets there. Unbinding what is not there is no error.
    ...formerJobQueues(jobQueueType).map(
      ({ name, exchange, routingKey }): Declaration =>
        (channel) =>
          channel.unbindQueue(name, exchange, routingKey),
    ),
  ];
}

const declareQueue =
  (queue: QueueDefinition): Declaration =>
  (channel) =>
    channel.assertQueue(queue.name, { durable: true, arguments: queue.arguments });

const bindQueue =
  ({ name, exchange, routingKey }: QueueDefinition): Declaration =>
  (channel) =>
    channel.bindQueue(name, exchange, routingKey);

async function openChannel(model: ChannelModel): Promise<Channel> {
  const channel = await model.createChannel();
  channel.on('error', () => undefined); // told by the rejection of what was asked
  return channel;
}
