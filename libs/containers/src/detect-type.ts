import type { ObjectType } from '@sluice/contracts';
import type { ContainerDetection, ContainerNature, Detected } from './container-format.js';
import { detections } from './detections.js';
import { mailName } from './formats/mail/content-fields.js';
import { mailDetection, mailMime, mailboxDetection } from './formats/mail/detect-mail.js';
import { hasMailFields, looksLikeMail } from './formats/mail/looks-like-mail.js';
import type { OpenedItem } from './opened-item.js';
import { knownPlainType, textType } from './plain-type.js';

/** One way to read the bytes as a container. */
export interface Reading {
  readonly format: string;
  readonly nature: ContainerNature;
  readonly isCertain: boolean;
  /** What it gives, given in full, is all there is in it: an office document is a zip in this. */
  readonly isTransparent: boolean;
}

export interface DetectedType {
  /** MIME type, from the bytes alone. */
  readonly mime: string;
  /** Empty: nothing to open. More than one: files that are two things at once. One more than is read: there are others. */
  readonly readings: readonly Reading[];
}

/** Readers that disagree about a file are few; more readings would only multiply the work: that there are is said. */
export const maxReadings = 8;

/** What a container says of a part, or its name, makes a mail of it; content engines see it all the same. */
export function detectPart({
  bytes,
  label,
  declaredAs,
}: Pick<OpenedItem & { kind: 'part' }, 'bytes' | 'label' | 'declaredAs'>): DetectedType {
  const isMail = declaredAs === 'mail' || (mailName.test(label) && hasMailFields(bytes, 1));
  const { mime, readings } = detectType(bytes, isMail ? 'email' : 'file');
  const isPlain = (one: Reading): boolean => one.format === mailDetection.name && !looksLikeMail(bytes);
  return { mime, readings: readings.map((one) => (isPlain(one) ? perhapsMail : one)) };
}

/** `declaredAs` mail: opened as mail, however damaged, also where it is certainly something else and has its fields. */
export function detectType(bytes: Buffer, declaredAs: ObjectType = 'file'): DetectedType {
  const found = detectAll(bytes);
  const isOther = found.some(
    (one) => (one.isCertain && one.isBehind !== true) || one.format === mailboxDetection.name,
  );
  if (declaredAs === 'email' && !isOther) return { mime: mailMime, readings: bounded([asMail, ...found]) };
  if (declaredAs === 'email' && !found.some(isOfMail) && hasMailFields(bytes, 2))
    found.splice(1, 0, { ...perhapsMail, mime: mailMime, isBehind: true });
  const known = knownPlainType(bytes);
  const [first] = found;
  // A program with a zip behind it is still a program.
  const isUnder = first === undefined || first.isBehind === true || (!first.isCertain && known !== null);
  const mime = isUnder ? known : first.mime;
  return { mime: mime ?? textType(bytes), readings: bounded(found) };
}

const asMail: Reading = {
  format: mailDetection.name,
  nature: 'wrapper',
  isCertain: true,
  isTransparent: true,
};

const perhapsMail: Reading = { ...asMail, isCertain: false, isTransparent: false };

const mailFormats: ReadonlySet<string> = new Set([mailDetection, mailboxDetection].map(({ name }) => name));
const isOfMail = ({ format }: Reading): boolean => mailFormats.has(format);

const bounded = (found: readonly Reading[]): Reading[] =>
  found
    .slice(0, maxReadings + 1)
    .map(({ format, nature, isCertain, isTransparent }) => ({ format, nature, isCertain, isTransparent }));

type Found = Reading & Pick<Detected, 'mime' | 'isBehind'>;

const readingOf = ({ name, nature }: ContainerDetection, found: Detected): Reading => ({
  format: name,
  nature: found.nature ?? nature,
  isCertain: found.isCertain,
  isTransparent: nature === 'wrapper' && found.isCertain,
});

/** The certain ones first, each kind in order of precedence. */
function detectAll(bytes: Buffer): Found[] {
  if (bytes.length === 0) return [];
  const all: readonly ContainerDetection[] = detections;
  const before: string[] = [];
  const found: Found[] = [];
  for (const detection of all) {
    const one = detection.detect(bytes, before);
    if (one === null) continue;
    if (one.isCertain) before.push(detection.name);
    found.push({ ...readingOf(detection, one), mime: one.mime, isBehind: one.isBehind === true });
  }
  return [...found.filter((one) => one.isCertain), ...found.filter((one) => !one.isCertain)];
}
