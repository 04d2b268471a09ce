import { Counter, type Registry } from 'prom-client';
import type { SendDeliveriesOptions } from '../send-deliveries/send-deliveries.service.js';

/** Attempts by kind of channel and how they ended; names of channels are never labels. */
export function countAttempts(registry: Registry): SendDeliveriesOptions['onAttempt'] {
  const attempts = new Counter({
    name: 'sluice_notification_attempts_total',
    help: 'Attempts to send a notification, by kind of channel and outcome',
    labelNames: ['channel', 'outcome'],
    registers: [registry],
  });
  return (channel, outcome) => attempts.inc({ channel, outcome });
}
