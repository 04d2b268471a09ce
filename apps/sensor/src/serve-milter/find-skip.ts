import type { MilterEnvelope } from '@sluice/milter';
import type { SkipReason } from './mail-judgement.js';

/** Mail that is let through without a look. Each list is empty unless the operator filled it. */
export interface SkipLists {
  /** Addresses and domains (`@example.org`), lower case. What a sender says of itself: anyone can say it. */
  readonly senders: ReadonlySet<string>;
  /** Only mail all of whose recipients are in it. */
  readonly recipients: ReadonlySet<string>;
  /** Users the MTA let in; `*`: each of them. */
  readonly users: ReadonlySet<string>;
  /** Of the SMTP client. */
  isClient(address: string): boolean;
}

/** Null: it is examined. The strictest recipient wins: one that is not in the list has the mail examined for all. */
export function findSkip(envelope: MilterEnvelope, lists: SkipLists): SkipReason | null {
  const { client, sender, recipients } = envelope;
  const user = envelope.macro('auth_authen') ?? '';
  if (user !== '' && (lists.users.has('*') || lists.users.has(user.toLowerCase()))) {
    return 'authenticated';
  }
  if (client?.address !== null && client?.address !== undefined && lists.isClient(client.address))
    return 'client';
  if (isListed(sender.address, lists.senders)) return 'sender';
  const isForListed =
    recipients.length > 0 && recipients.every(({ address }) => isListed(address, lists.recipients));
  return isForListed ? 'recipients' : null;
}

function isListed(address: string, list: ReadonlySet<string>): boolean {
  const lower = address.toLowerCase();
  const at = lower.lastIndexOf('@');
  return lower !== '' && (list.has(lower) || (at !== -1 && list.has(lower.slice(at))));
}
