import { cleanText, isIdentifier, isScanId, mailOriginFields, objectTypes } from '@sluice/contracts';
import type { MailOrigin, ObjectType } from '@sluice/contracts';

export const formFieldNames = [
  'scanId',
  'scanID',
  'objectType',
  'sensorInstanceId',
  'mailFrom',
  'rcptTo',
  ...mailOriginFields,
  'password',
] as const;
export type FormFieldName = (typeof formFieldNames)[number];
export type FormFields = ReadonlyMap<FormFieldName, readonly string[]>;

export interface ScanForm {
  readonly scanId: string | null;
  readonly instance: string;
  readonly objectType: ObjectType;
  readonly mailFrom: string | null;
  readonly rcptTo: readonly string[];
  /** Null: nothing was said. */
  readonly mailOrigin: MailOrigin | null;
}

export type ScanFormResult =
  /** Passwords apart: what is in the form goes on to the ledger as it is. */
  | { readonly kind: 'valid'; readonly form: ScanForm; readonly passwords: readonly string[] }
  | { readonly kind: 'invalid'; readonly message: string };

const invalid = (message: string): ScanFormResult => ({ kind: 'invalid', message });
const maxRecipients = 100;
const maxPasswords = 20;
const maxPasswordBytes = 256;

/** Checks the fields that came with an object. `queryInstance` wins over the form field of the same name. */
export function readScanForm(
  fields: FormFields,
  { queryInstance, isMailSensor }: { queryInstance: string; isMailSensor: boolean },
): ScanFormResult {
  const scanIds = distinct(fields, 'scanId', 'scanID');
  const instances = distinct(fields, 'sensorInstanceId');
  const types = distinct(fields, 'objectType');
  if (scanIds.length > 1) return invalid('scanId is given twice with different values');
  if (instances.length > 1) return invalid('sensorInstanceId is given twice with different values');
  if (types.length > 1) return invalid('objectType is given twice with different values');
  const [scanId = null] = scanIds;
  if (scanId !== null && !isScanId(scanId))
    return invalid('scanId has to be 1 to 128 of A-Z a-z 0-9 . _ - without a leading dot');
  const instance = queryInstance || (instances[0] ?? '');
  if (!isInstance(instance)) return invalid(instanceAdvice);
  const objectType = objectTypes.find((type) => type === (types[0] ?? 'file'));
  if (objectType === undefined) return invalid('objectType has to be file or email');
  const passwords = [...new Set(fields.get('password') ?? [])];
  const problem = problemOf(passwords);
  if (problem !== null) return invalid(problem);
  const envelope = isMailSensor ? readEnvelope(fields) : { mailFrom: null, rcptTo: [], mailOrigin: null };
  return { kind: 'valid', form: { scanId, instance, objectType, ...envelope }, passwords };
}

/** Never says which one: the answer may be logged by whoever called. */
function problemOf(passwords: readonly string[]): string | null {
  if (passwords.length > maxPasswords) return `there may be at most ${maxPasswords} passwords`;
  const isFitting = (one: string): boolean => one !== '' && Buffer.byteLength(one) <= maxPasswordBytes;
  if (!passwords.every(isFitting)) return `a password has to have 1 to ${maxPasswordBytes} bytes`;
  return passwords.some((one) => one.includes('\ufffd')) ? 'a password has to be UTF-8' : null;
}

export const instanceAdvice =
  'sensorInstanceId has to be 1 to 128 of A-Z a-z 0-9 . _ - without a leading dot';
/** Empty: an instance of its own. */
export const isInstance = (text: string): boolean => text === '' || isIdentifier(text);

function readEnvelope(fields: FormFields): Pick<ScanForm, 'mailFrom' | 'rcptTo' | 'mailOrigin'> {
  const [mailFrom] = fields.get('mailFrom') ?? [];
  const recipients = (fields.get('rcptTo') ?? [])
    .map((text) => cleanText(text))
    .filter((text) => text !== '');
  return {
    mailFrom: mailFrom === undefined ? null : cleanText(mailFrom),
    rcptTo: recipients.slice(0, maxRecipients),
    mailOrigin: readOrigin(fields),
  };
}

function readOrigin(fields: FormFields): MailOrigin | null {
  const said = mailOriginFields.map(
    (name) => [name, cleanText(fields.get(name)?.[0] ?? '') || null] as const,
  );
  return said.some(([, text]) => text !== null) ? (Object.fromEntries(said) as MailOrigin) : null;
}

const distinct = (fields: FormFields, ...names: FormFieldName[]): string[] => [
  ...new Set(names.flatMap((name) => fields.get(name) ?? [])),
];
