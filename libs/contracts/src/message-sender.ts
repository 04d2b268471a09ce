import { services, type ServiceName } from './states.js';
import type { Senders } from './topology.js';

const isService = (login: string | undefined): login is ServiceName =>
  services.some((service) => service === login);

/**
 * Decides whether a message comes from one of those who may send it. `userId` is the property the broker has verified
 * against the login that published; a message without it comes from no one.
 *
 * Logins are named after services. Where this process's own login is not, all services share one (an `AMQP_URL` given to
 * the one-machine mode): then only that login counts, and the broker keeps no service from acting as another.
 */
export function isSentBy(
  senders: Senders,
  message: { readonly userId: string | undefined; readonly routingKey: string },
  ownLogin: string,
): boolean {
  if (!isService(ownLogin)) return message.userId === ownLogin;
  if (!isService(message.userId)) return false;
  if (senders === 'in-key') return message.routingKey.split('.')[1] === message.userId;
  return senders.includes(message.userId);
}

/** Which service a message comes from; null where all share one login. */
export const senderOf = (userId: string | undefined): ServiceName | null =>
  isService(userId) ? userId : null;
