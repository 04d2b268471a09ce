import { askMany, type ManyProgress } from '../../lists/ask-many.js';
import { canReplay, type Delivery } from './delivery.js';
import { replayDelivery } from './deliveries-query.js';

export type ReplayProgress = ManyProgress;

/** One whose rule or channel is gone doesn't stop the others. */
export const replayMany = (
  deliveries: AsyncIterable<Delivery> | Iterable<Delivery>,
  options: Parameters<typeof askMany>[2],
): Promise<ReplayProgress> =>
  askMany(onlyReplayable(deliveries), (delivery) => replayDelivery(delivery.id), options);

async function* onlyReplayable(deliveries: AsyncIterable<Delivery> | Iterable<Delivery>) {
  for await (const delivery of deliveries) if (canReplay(delivery)) yield delivery;
}
