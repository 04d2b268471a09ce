import type { ContainerDetection } from './container-format.js';
import {
  arDetection,
  cabDetection,
  cpioDetection,
  isoDetection,
  lzhDetection,
  rarDetection,
  rpmDetection,
  sevenZipDetection,
  tarDetection,
  warcDetection,
  zipBehindDetection,
  zipDetection,
} from './formats/archive/detect-archives.js';
import { closedDetection } from './formats/closed/detect-closed.js';
import { cmsDetection } from './formats/cms/detect-cms.js';
import { pgpDetection } from './formats/pgp/detect-pgp.js';
import { tnefDetection } from './formats/tnef/detect-tnef.js';
import { appleSingleDetection } from './formats/apple/detect-apple-single.js';
import { calendarDetection } from './formats/calendar/detect-calendar.js';
import { encodedTextDetection } from './formats/encoded-text/detect-encoded-text.js';
import { gzipDetection } from './formats/gzip/detect-gzip.js';
import { mailDetection, mailboxDetection } from './formats/mail/detect-mail.js';
import { oleDetection } from './formats/ole/detect-ole.js';
import { bzip2Detection, xzDetection } from './formats/stream/detect-streams.js';

/** Every container there is a word for, in order of precedence. Safe outside the sandbox. */
export const detections = [
  zipDetection,
  sevenZipDetection,
  rarDetection,
  cabDetection,
  arDetection,
  rpmDetection,
  isoDetection,
  gzipDetection,
  bzip2Detection,
  xzDetection,
  closedDetection,
  oleDetection,
  tarDetection,
  cpioDetection,
  warcDetection,
  lzhDetection,
  cmsDetection,
  pgpDetection,
  tnefDetection,
  appleSingleDetection,
  calendarDetection,
  encodedTextDetection,
  mailboxDetection,
  mailDetection,
  zipBehindDetection,
] as const satisfies readonly ContainerDetection[];

export type FormatName = (typeof detections)[number]['name'];
