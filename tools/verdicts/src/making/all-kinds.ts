import { fileKinds, pageKinds } from '../kinds/active.js';
import {
  archiveReaderKinds,
  brokenHeadKinds,
  excusedKinds,
  tarReaderKinds,
} from '../kinds/archive-readers.js';
import { archiveKinds } from '../kinds/archives.js';
import { announcingKinds, seenBeforeKinds, unseenMailKinds } from '../kinds/clamd-silent.js';
import { dataFormatKinds } from '../kinds/data-formats.js';
import { dataInTextKinds } from '../kinds/data-in-text.js';
import { depthKinds } from '../kinds/depth.js';
import { appleDiskKinds, closedFileSystemKinds, isoFolderKinds } from '../kinds/disk-images.js';
import { documentEncodingKinds } from '../kinds/document-encodings.js';
import { documentFormatKinds } from '../kinds/document-formats.js';
import { dotnetKinds } from '../kinds/dotnet-programs.js';
import { encryptedArchiveKinds, encryptedDocumentKinds } from '../kinds/encrypted.js';
import { fileInMediaKinds, mp3Kinds, zipInMediaKinds } from '../kinds/files-in-media.js';
import { fileInOfficeKinds } from '../kinds/files-in-office.js';
import { fileInPdfKinds } from '../kinds/files-in-pdf.js';
import { fileInProgramKinds } from '../kinds/files-in-programs.js';
import { fileInRecordKinds } from '../kinds/files-in-records.js';
import { furtherActiveKinds, furtherOfficeKinds, furtherPdfKinds } from '../kinds/further-documents.js';
import { furtherImageKinds } from '../kinds/further-images.js';
import { furtherMailKinds } from '../kinds/further-mail.js';
import { bareStreamKinds, gitKinds } from '../kinds/git-streams.js';
import { imageKinds } from '../kinds/images.js';
import { closedArchiveKinds, installerKinds } from '../kinds/installers.js';
import { intruderPdfKinds, intruderSealedPdfKinds } from '../kinds/intruder-pdf.js';
import { intruderEncodingKinds, intruderNumberKinds } from '../kinds/intruder-texts.js';
import { lenientBoundaryKinds, lenientFieldKinds, lenientInnerMailKinds } from '../kinds/lenient-mail.js';
import { macArchiveKinds } from '../kinds/mac-archives.js';
import { mailBodyKinds, mailEncodingKinds, mailPackageKinds } from '../kinds/mail-attachments.js';
import { mailContainerKinds } from '../kinds/mail-containers.js';
import { mailDelimiterKinds, mailMisnamedKinds } from '../kinds/mail-delimiters.js';
import { mailEncodingMismatchKinds } from '../kinds/mail-encodings.js';
import { mailBoundaryKinds, mailHeaderKinds, mailTransferKinds } from '../kinds/mail-headers.js';
import { mailHidingPlaceKinds } from '../kinds/mail-hiding-places.js';
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
import { oldZipMethodKinds } from '../kinds/old-zip-methods.js';
import { outsiderScriptKinds } from '../kinds/outsider-texts.js';
import { packageKinds } from '../kinds/packages.js';
import { packedMailKinds } from '../kinds/packed-mail.js';
import { passedPacketKinds, passedTextKinds } from '../kinds/passed-over.js';
import { pdfKinds } from '../kinds/pdf.js';
import { rareArchiveKinds } from '../kinds/rare-archives.js';
import { rareMailKinds } from '../kinds/rare-mail.js';
import { rawKinds } from '../kinds/raw.js';
import { rawImageKinds } from '../kinds/raw-images.js';
import { redteamFileKinds, redteamMailKinds, redteamSealedKinds } from '../kinds/redteam-files.js';
import { redteamConfigurationKinds, redteamScriptKinds } from '../kinds/redteam-texts.js';
import { rightsManagedKinds, sealedFormatKinds } from '../kinds/sealed-formats.js';
import { rarKinds, sevenZipKinds } from '../kinds/seven-zip.js';
import { strangerArchiveKinds, strangerImageKinds } from '../kinds/stranger-archives.js';
import { strangerOfficeKinds, strangerPdfKinds } from '../kinds/stranger-documents.js';
import { strangerBodyKinds, strangerHeaderKinds } from '../kinds/stranger-mail.js';
import { strangerPageKinds, strangerScriptKinds } from '../kinds/stranger-texts.js';
import { streamWriterKinds } from '../kinds/stream-writers.js';
import { streamKinds } from '../kinds/streams.js';
import { streamInOtherKinds } from '../kinds/streams-in-others.js';
import { tarKinds } from '../kinds/tar.js';
import { tarWriterKinds } from '../kinds/tar-writers.js';
import { controlCharacterKinds, imageAndFileKinds } from '../kinds/two-things-at-once.js';
import { writtenCardKinds, writtenFileKinds, writtenTnefKinds } from '../kinds/written-files.js';
import { zipFieldKinds, zipNameKinds, zipWholeKinds } from '../kinds/zip-fields.js';
import { zipMethodKinds } from '../kinds/zip-methods.js';
import { zipPlaceKinds, zipTwoFacedKinds } from '../kinds/zip-places.js';
import { zipWriterKinds } from '../kinds/zip-writers.js';
import type { Kind } from './kind.js';

/** Those that people thought of who had not seen how objects are opened. */
export const kindsOfStrangers: readonly Kind[] = [
  ...[
    outsiderScriptKinds,
    bareStreamKinds,
    gitKinds,
    streamInOtherKinds,
    fileInMediaKinds,
    fileInProgramKinds,
  ],
  ...[mailEncodingMismatchKinds, mailContainerKinds, mailHidingPlaceKinds],
  ...[fileInPdfKinds, fileInOfficeKinds, fileInRecordKinds],
  ...[redteamScriptKinds, redteamConfigurationKinds, redteamMailKinds],
  ...[redteamSealedKinds, redteamFileKinds],
  ...[intruderNumberKinds, intruderEncodingKinds, intruderPdfKinds, intruderSealedPdfKinds],
  ...[oldZipMethodKinds, rareArchiveKinds, installerKinds, closedArchiveKinds],
  ...[appleDiskKinds, isoFolderKinds, closedFileSystemKinds],
  ...[documentFormatKinds, dataFormatKinds, dotnetKinds, mp3Kinds],
  ...[rightsManagedKinds, sealedFormatKinds, rareMailKinds],
  ...[lenientFieldKinds, lenientBoundaryKinds, lenientInnerMailKinds],
  ...[writtenFileKinds, writtenCardKinds, writtenTnefKinds],
  ...[mailDelimiterKinds, mailMisnamedKinds],
  ...[archiveReaderKinds, tarReaderKinds, brokenHeadKinds, excusedKinds],
  ...[passedPacketKinds, passedTextKinds],
  ...[imageAndFileKinds, controlCharacterKinds],
].flat();

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
  ...[zipWriterKinds, streamWriterKinds, tarWriterKinds, packageKinds, furtherImageKinds],
  ...[furtherPdfKinds, furtherOfficeKinds, furtherActiveKinds, furtherMailKinds],
  ...[
    macArchiveKinds,
    rawImageKinds,
    dataInTextKinds,
    zipInMediaKinds,
    documentEncodingKinds,
    packedMailKinds,
  ],
  ...[oddArchiveKinds, oddZipKinds, oddTextKinds, oddPdfKinds, oddMailKinds],
  ...[strangerHeaderKinds, strangerBodyKinds, strangerScriptKinds, strangerPageKinds],
  ...[strangerPdfKinds, strangerOfficeKinds, strangerArchiveKinds, strangerImageKinds],
  ...[newcomerAddressKinds, newcomerBase64Kinds, newcomerPdfKinds, newcomerOfficeKinds, newcomerMailKinds],
  ...[newcomerStreamKinds, newcomerTarKinds, newcomerDecoyKinds, newcomerImageKinds],
  kindsOfStrangers,
  ...[seenBeforeKinds, unseenMailKinds, announcingKinds],
].flat();
