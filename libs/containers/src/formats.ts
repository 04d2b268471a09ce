import type { ContainerFormat, OpenContainer } from './container-format.js';
import { type FormatName, detections } from './detections.js';
import { archiveOpeners } from './formats/archive-openers.js';
import { openEmbedded } from './formats/embedded/open-embedded.js';
import { openGit } from './formats/git/open-git.js';
import { openPackaged } from './formats/packaged/open-packaged.js';
import { openPicture } from './formats/picture/open-picture.js';
import { openTextInBinary } from './formats/text-in-binary/open-text-in-binary.js';
import { openCarved } from './formats/carved/open-carved.js';
import { openCms } from './formats/cms/open-cms.js';
import { openPdf } from './formats/pdf/open-pdf.js';
import { openRtf } from './formats/rtf/open-rtf.js';
import { openOdfManifest } from './formats/odf/open-odf.js';
import { openPropertyList } from './formats/property-list/open-property-list.js';
import { openOnenote } from './formats/onenote/open-onenote.js';
import { openLnk } from './formats/lnk/open-lnk.js';
import { openMarkup } from './formats/markup/open-markup.js';
import { openPgp } from './formats/pgp/open-pgp.js';
import { openTnef } from './formats/tnef/open-tnef.js';
import { openAppleSingle } from './formats/apple/open-apple-single.js';
import { openAsar } from './formats/asar/open-asar.js';
import { openCalendar } from './formats/calendar/open-calendar.js';
import { openEncodedText } from './formats/encoded-text/open-encoded-text.js';
import { openHttp } from './formats/http/open-http.js';
import { openEmlx } from './formats/mail/open-emlx.js';
import { openMail } from './formats/mail/open-mail.js';
import { openMailWithin } from './formats/mail/open-mail-within.js';
import { openMailbox } from './formats/mail/open-mailbox.js';
import { openOle } from './formats/ole/open-ole.js';
import { openWithSevenZip } from './formats/seven-zip/open-seven-zip.js';
import { openZip } from './formats/zip/open-zip.js';

/** One line a format, for every detection: the compiler misses none. */
const openers: Readonly<Record<FormatName, OpenContainer>> = {
  ...archiveOpeners,
  ole: openOle,
  cms: openCms,
  asar: openAsar,
  pdf: openPdf,
  rtf: openRtf,
  'odf-manifest': openOdfManifest,
  onenote: openOnenote,
  'property-list': openPropertyList,
  lnk: openLnk,
  markup: openMarkup,
  pgp: openPgp,
  tnef: openTnef,
  'apple-single': openAppleSingle,
  calendar: openCalendar,
  http: openHttp,
  'encoded-text': openEncodedText,
  emlx: openEmlx,
  mailbox: openMailbox,
  mail: openMail,
  'mail-within': openMailWithin,
  'zip-behind': openZip,
  carved: openCarved,
  picture: openPicture,
  packaged: openPackaged,
  'git-pack': openGit,
  'text-in-binary': openTextInBinary,
  embedded: openEmbedded,
  nsis: (bytes, context) => openWithSevenZip(bytes, context, { type: 'Nsis' }),
};

/** Inside the sandbox only. */
export const formats: ReadonlyMap<string, ContainerFormat> = new Map(
  detections.map((detection) => [detection.name, { ...detection, open: openers[detection.name] }]),
);
