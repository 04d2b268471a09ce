import { alertEvent } from '@sluice/notifications/testing';
import type { Outgoing, SendOptions } from '../deliver-notices/send-outcome.js';

export const outgoingAlert = (changes: Partial<Outgoing> = {}): Outgoing => ({
  deliveryId: '11111111-2222-4333-8444-555555555555',
  notice: { kind: 'alert', id: alertEvent().eventId, alert: alertEvent() },
  ruleName: 'All alerts',
  subject: null,
  to: ['anna@example.org'],
  ...changes,
});

export const sendOptions = (signal: AbortSignal = AbortSignal.timeout(90_000)): SendOptions => ({
  version: '1.2.3',
  consoleUrl: 'https://console.example:9443',
  hostName: 'notifier.example',
  signal,
});
