import type { MailShape } from './mail-shape.js';
import { onceHeldMails } from './once-held-mails.js';
import { usualMails } from './usual-mails.js';

export const mailShapes: readonly MailShape[] = [...onceHeldMails, ...usualMails];
