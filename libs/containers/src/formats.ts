import type { ContainerFormat, OpenContainer } from './container-format.js';
import { type FormatName, detections } from './detections.js';
import { openArchive } from './formats/archive/open-archive.js';
import { openClosed } from './formats/closed/open-closed.js';
import { openCms } from './formats/cms/open-cms.js';
import { openPgp } from './formats/pgp/open-pgp.js';
import { openTnef } from './formats/tnef/open-tnef.js';
import { openAppleSingle } from './formats/apple/open-apple-single.js';
import { openCalendar } from './formats/calendar/open-calendar.js';
import { openEncodedText } from './formats/encoded-text/open-encoded-text.js';
import { openGzip } from './formats/gzip/open-gzip.js';
import { openMail } from './formats/mail/open-mail.js';
import { openMailbox } from './formats/mail/open-mailbox.js';
import { openOle } from './formats/ole/open-ole.js';
import { openBzip2, openXz } from './formats/stream/open-stream.js';

/** One line a format, for every detection: the compiler misses none. */
const openers: Readonly<Record<FormatName, OpenContainer>> = {
  zip: openArchive,
  '7z': openArchive,
  rar: openArchive,
  cab: openArchive,
  ar: openArchive,
  rpm: openArchive,
  iso: openArchive,
  gzip: openGzip,
  bzip2: openBzip2,
  xz: openXz,
  closed: openClosed,
  ole: openOle,
  tar: openArchive,
  cpio: openArchive,
  warc: openArchive,
  lzh: openArchive,
  cms: openCms,
  pgp: openPgp,
  tnef: openTnef,
  'apple-single': openAppleSingle,
  calendar: openCalendar,
  'encoded-text': openEncodedText,
  mailbox: openMailbox,
  mail: openMail,
  'zip-behind': openArchive,
};

/** Inside the sandbox only. */
export const formats: ReadonlyMap<string, ContainerFormat> = new Map(
  detections.map((detection) => [detection.name, { ...detection, open: openers[detection.name] }]),
);
