import { fileKinds, pageKinds } from '../kinds/active.js';
import { archiveKinds } from '../kinds/archives.js';
import { announcingKinds, seenBeforeKinds, unseenMailKinds } from '../kinds/clamd-silent.js';
import { depthKinds } from '../kinds/depth.js';
import { encryptedArchiveKinds, encryptedDocumentKinds } from '../kinds/encrypted.js';
import {
  furtherPackageKinds,
  furtherStreamKinds,
  furtherTarKinds,
  furtherZipKinds,
} from '../kinds/further-archives.js';
import { furtherActiveKinds, furtherOfficeKinds, furtherPdfKinds } from '../kinds/further-documents.js';
import { furtherImageKinds } from '../kinds/further-images.js';
import { furtherMailKinds } from '../kinds/further-mail.js';
import { imageKinds } from '../kinds/images.js';
import { intruderArchiveKinds, intruderImageKinds, intruderZipKinds } from '../kinds/intruder-archives.js';
import {
  intruderDocumentKinds,
  intruderMailKinds,
  intruderSealedKinds,
} from '../kinds/intruder-documents.js';
import { intruderPdfKinds, intruderSealedPdfKinds } from '../kinds/intruder-pdf.js';
import { intruderEncodingKinds, intruderNumberKinds } from '../kinds/intruder-texts.js';
import {
  inventedCarrierKinds,
  inventedDocumentKinds,
  inventedImageKinds,
  inventedMacKinds,
  inventedMailKinds,
} from '../kinds/invented.js';
import { lenientBoundaryKinds, lenientFieldKinds, lenientInnerMailKinds } from '../kinds/lenient-mail.js';
import { mailBodyKinds, mailEncodingKinds, mailPackageKinds } from '../kinds/mail-attachments.js';
import { mailBoundaryKinds, mailHeaderKinds, mailTransferKinds } from '../kinds/mail-headers.js';
import { mailNestedKinds, mailSealedKinds, mailboxKinds } from '../kinds/mail-nested.js';
import {
  newcomerDecoyKinds,
  newcomerImageKinds,
  newcomerStreamKinds,
  newcomerTarKinds,
} from '../kinds/newcomer-archives.js';
import { newcomerOfficeKinds, newcomerPdfKinds } from '../kinds/newcomer-documents.js';
import { newcomerMailKinds } from '../kinds/newcomer-mail.js';
import { newcomerAddressKinds, newcomerBase64Kinds } from '../kinds/newcomer-texts.js';
import { oddArchiveKinds, oddZipKinds } from '../kinds/odd-archives.js';
import { oddMailKinds } from '../kinds/odd-mail.js';
import { oddPdfKinds, oddTextKinds } from '../kinds/odd-texts.js';
import { oleKinds, ooxmlKinds, rtfKinds } from '../kinds/office.js';
import { outsiderArchiveKinds, outsiderOfficeKinds, outsiderPdfKinds } from '../kinds/outsider-documents.js';
import { outsiderMailKinds } from '../kinds/outsider-mail.js';
import { outsiderStreamKinds } from '../kinds/outsider-streams.js';
import { outsiderScriptKinds } from '../kinds/outsider-texts.js';
import { pdfKinds } from '../kinds/pdf.js';
import { rawKinds } from '../kinds/raw.js';
import { redteamFileKinds, redteamMailKinds, redteamSealedKinds } from '../kinds/redteam-files.js';
import { redteamConfigurationKinds, redteamScriptKinds } from '../kinds/redteam-texts.js';
import { rarKinds, sevenZipKinds } from '../kinds/seven-zip.js';
import { strangerArchiveKinds, strangerImageKinds } from '../kinds/stranger-archives.js';
import { strangerOfficeKinds, strangerPdfKinds } from '../kinds/stranger-documents.js';
import { strangerBodyKinds, strangerHeaderKinds } from '../kinds/stranger-mail.js';
import { strangerPageKinds, strangerScriptKinds } from '../kinds/stranger-texts.js';
import { streamKinds } from '../kinds/streams.js';
import { tarKinds } from '../kinds/tar.js';
import {
  zipFieldKinds,
  zipMethodKinds,
  zipNameKinds,
  zipPlaceKinds,
  zipTwoFacedKinds,
  zipWholeKinds,
} from '../kinds/zip.js';
import type { Kind } from './kind.js';

/** Every kind, in the order of the table. */
export const allKinds: readonly Kind[] = [
  ...[rawKinds, streamKinds, tarKinds],
  ...[zipMethodKinds, zipPlaceKinds, zipTwoFacedKinds, zipNameKinds, zipFieldKinds, zipWholeKinds],
  ...[sevenZipKinds, rarKinds, archiveKinds, imageKinds, encryptedArchiveKinds, encryptedDocumentKinds],
  ...[ooxmlKinds, oleKinds, rtfKinds, pdfKinds, pageKinds, fileKinds],
  ...[
    mailEncodingKinds,
    mailBodyKinds,
    mailPackageKinds,
    mailBoundaryKinds,
    mailHeaderKinds,
    mailTransferKinds,
  ],
  ...[mailNestedKinds, mailboxKinds, mailSealedKinds, depthKinds],
  ...[furtherZipKinds, furtherStreamKinds, furtherTarKinds, furtherPackageKinds, furtherImageKinds],
  ...[furtherPdfKinds, furtherOfficeKinds, furtherActiveKinds, furtherMailKinds],
  ...[inventedMacKinds, inventedImageKinds, inventedCarrierKinds, inventedDocumentKinds, inventedMailKinds],
  ...[oddArchiveKinds, oddZipKinds, oddTextKinds, oddPdfKinds, oddMailKinds],
  ...[strangerHeaderKinds, strangerBodyKinds, strangerScriptKinds, strangerPageKinds],
  ...[strangerPdfKinds, strangerOfficeKinds, strangerArchiveKinds, strangerImageKinds],
  ...[newcomerAddressKinds, newcomerBase64Kinds, newcomerPdfKinds, newcomerOfficeKinds, newcomerMailKinds],
  ...[newcomerStreamKinds, newcomerTarKinds, newcomerDecoyKinds, newcomerImageKinds],
  ...[outsiderScriptKinds, outsiderStreamKinds, outsiderMailKinds],
  ...[outsiderPdfKinds, outsiderOfficeKinds, outsiderArchiveKinds],
  ...[redteamScriptKinds, redteamConfigurationKinds, redteamMailKinds],
  ...[redteamSealedKinds, redteamFileKinds],
  ...[intruderNumberKinds, intruderEncodingKinds, intruderPdfKinds, intruderSealedPdfKinds],
  ...[intruderZipKinds, intruderArchiveKinds, intruderImageKinds],
  ...[intruderDocumentKinds, intruderSealedKinds, intruderMailKinds],
  ...[lenientFieldKinds, lenientBoundaryKinds, lenientInnerMailKinds],
  ...[seenBeforeKinds, unseenMailKinds, announcingKinds],
].flat();
