import type { Database } from '@sluice/database';
import { createLogger } from '@sluice/runtime';
import { MakeDeliveries } from '../make-deliveries/make-deliveries.service.js';
import { buildNotice } from '../send-deliveries/build-notice.js';
import { claimDeliveries, type Claimed } from '../send-deliveries/claim.query.js';
import { finishDelivery } from '../send-deliveries/finish.query.js';
import { sendToChannel } from '../send-deliveries/send-to-channel.js';
import { MailTransports } from '../send-mail/mail-transports.js';

/**
 * Sends all that waits as notifiers did before ADR 52: a slot claims one, sends it and writes that down before it claims the
 * next. What ways of today are measured by, in the same minute and against the same receiver.
 */
export async function sendSlotBySlot(database: Database, slots: number): Promise<void> {
  const logger = createLogger({ service: 'notifier', instance: 'before', level: 'silent' });
  const makes = new MakeDeliveries(database, logger);
  while ((await makes.run()) > 0);
  const transports = new MailTransports();
  const options = {
    version: '1.2.3',
    consoleUrl: 'https://console.example:9443',
    hostName: 'notifier.example',
    signal: new AbortController().signal,
    openSecrets: () => ({}),
    transports,
  };
  const send = async (claimed: Claimed): Promise<void> => {
    const outcome = await sendToChannel(
      claimed,
      {
        deliveryId: claimed.id,
        notice: await buildNotice(database.query, claimed),
        ruleName: claimed.rule?.name ?? null,
        subject: claimed.rule?.subject ?? null,
        to: claimed.rule?.recipients ?? claimed.recipients,
      },
      options,
    );
    if (outcome.kind !== 'delivered') throw new Error(outcome.answer);
    await finishDelivery(database, claimed, { state: 'delivered', answer: outcome.answer });
  };
  const claimOne = () =>
    claimDeliveries(database.query, {
      instance: 'before',
      leaseMs: 60_000,
      slots: { regular: 1, test: 0 },
      lanes: new Map(),
    });
  const fillSlot = async (): Promise<void> => {
    for (let [claimed] = await claimOne(); claimed !== undefined; [claimed] = await claimOne())
      await send(claimed);
  };
  await Promise.all(Array.from({ length: slots }, fillSlot));
  transports.close();
}
