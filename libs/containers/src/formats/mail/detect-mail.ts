import type { ContainerDetection } from '../../container-format.js';
import { isMailbox, looksLikeMail } from './looks-like-mail.js';
import { mailWithin } from './mail-within.js';

export const mailMime = 'message/rfc822';

export const mailDetection = {
  name: 'mail',
  nature: 'wrapper',
  detect: (bytes) => (looksLikeMail(bytes) ? { mime: mailMime, isCertain: true } : null),
} as const satisfies ContainerDetection;

/** The length of a message that follows. */
export const emlxHead = /^(\d{1,10}) *\r?\n/;

export const emlxDetection = {
  name: 'emlx',
  nature: 'wrapper',
  detect(bytes) {
    const head = emlxHead.exec(bytes.toString('latin1', 0, 32))?.[0];
    const isOne = head !== undefined && looksLikeMail(bytes.subarray(head.length));
    return isOne ? { mime: 'application/x-emlx', isCertain: true } : null;
  },
} as const satisfies ContainerDetection;

export const mailboxDetection = {
  name: 'mailbox',
  nature: 'wrapper',
  detect: (bytes) => (isMailbox(bytes) ? { mime: 'application/mbox', isCertain: false } : null),
} as const satisfies ContainerDetection;

/** A PDF, a picture or a text that some program reads as a web archive all the same. */
export const mailWithinDetection = {
  name: 'mail-within',
  nature: 'document',
  detect: (bytes) =>
    !looksLikeMail(bytes) && !isMailbox(bytes) && mailWithin(bytes) !== null
      ? { mime: 'application/octet-stream', isCertain: false, isBehind: true }
      : null,
} as const satisfies ContainerDetection;
