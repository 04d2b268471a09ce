import type { ContainerDetection } from './container-format.js';
import { archiveDetections, imageNames } from './formats/archive-detections.js';
import { embeddedDetectionBeside } from './formats/embedded/detect-embedded.js';
import { gitDetection } from './formats/git/detect-git.js';
import { packagedDetection } from './formats/packaged/detect-packaged.js';
import { pictureDetection } from './formats/picture/detect-picture.js';
import { textInBinaryDetection } from './formats/text-in-binary/detect-text-in-binary.js';
import { carvedDetectionBeside } from './formats/carved/detect-carved.js';
import { cmsDetection } from './formats/cms/detect-cms.js';
import { pdfDetection } from './formats/pdf/detect-pdf.js';
import { rtfDetection } from './formats/rtf/detect-rtf.js';
import { odfManifestDetection } from './formats/odf/detect-odf.js';
import { propertyListDetection } from './formats/property-list/detect-property-list.js';
import { onenoteDetection } from './formats/onenote/detect-onenote.js';
import { lnkDetection } from './formats/lnk/detect-lnk.js';
import { markupDetection } from './formats/markup/detect-markup.js';
import { pgpDetection } from './formats/pgp/detect-pgp.js';
import { tnefDetection } from './formats/tnef/detect-tnef.js';
import { appleSingleDetection } from './formats/apple/detect-apple-single.js';
import { asarDetection } from './formats/asar/detect-asar.js';
import { calendarDetection } from './formats/calendar/detect-calendar.js';
import { encodedTextDetection } from './formats/encoded-text/detect-encoded-text.js';
import { httpDetection } from './formats/http/detect-http.js';
import {
  emlxDetection,
  mailDetection,
  mailWithinDetection,
  mailboxDetection,
} from './formats/mail/detect-mail.js';
import { oleDetection } from './formats/ole/detect-ole.js';
import { nsisDetection } from './formats/seven-zip/detect-archives.js';
import { zipBehindDetectionBeside } from './formats/zip/detect-zip.js';

/** Every container there is a word for, in order of precedence. Safe outside the sandbox. */
export const detections = [
  ...archiveDetections,
  oleDetection,
  cmsDetection,
  pgpDetection,
  tnefDetection,
  appleSingleDetection,
  pdfDetection,
  rtfDetection,
  onenoteDetection,
  propertyListDetection,
  lnkDetection,
  odfManifestDetection,
  gitDetection,
  asarDetection,
  calendarDetection,
  httpDetection,
  markupDetection,
  encodedTextDetection,
  emlxDetection,
  mailboxDetection,
  mailDetection,
  mailWithinDetection,
  nsisDetection,
  zipBehindDetectionBeside(archiveDetections, imageNames),
  carvedDetectionBeside(archiveDetections, imageNames),
  pictureDetection,
  packagedDetection,
  textInBinaryDetection,
  embeddedDetectionBeside(archiveDetections),
] as const satisfies readonly ContainerDetection[];

export type FormatName = (typeof detections)[number]['name'];
