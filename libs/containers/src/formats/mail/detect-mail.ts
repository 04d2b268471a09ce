import type { ContainerDetection } from '../../container-format.js';
import { isMailbox, looksLikeMail } from './looks-like-mail.js';

export const mailMime = 'message/rfc822';

export const mailDetection = {
  name: 'mail',
  nature: 'wrapper',
  detect: (bytes) => (looksLikeMail(bytes) ? { mime: mailMime, isCertain: true } : null),
} as const satisfies ContainerDetection;

export const mailboxDetection = {
  name: 'mailbox',
  nature: 'wrapper',
  detect: (bytes) => (isMailbox(bytes) ? { mime: 'application/mbox', isCertain: false } : null),
} as const satisfies ContainerDetection;
