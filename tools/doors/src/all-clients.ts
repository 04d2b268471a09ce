import { amavis } from './clients/amavis.js';
import { clamavMilter } from './clients/clamav-milter.js';
import { clamdjs } from './clients/clamdjs.js';
import { clamdscan } from './clients/clamdscan.js';
import { clamscan } from './clients/clamscan.js';
import { exim } from './clients/exim.js';
import { haraka } from './clients/haraka.js';
import { nextcloud } from './clients/nextcloud.js';
import { postfix } from './clients/postfix.js';
import { rspamd, rspamdOverHttp } from './clients/rspamd.js';
import { sendmail } from './clients/sendmail.js';
import { swaks } from './clients/swaks.js';
import type { DoorClient } from './door-client.js';

export const allClients: readonly DoorClient[] = [
  postfix,
  swaks,
  sendmail,
  rspamd,
  rspamdOverHttp,
  clamavMilter,
  amavis,
  exim,
  haraka,
  clamdscan,
  clamscan,
  clamdjs,
  nextcloud,
];
