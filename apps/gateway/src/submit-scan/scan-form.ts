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
  | { readonly kind: 'valid'; readonly form: ScanForm }
  | { readonly kind: 'invalid'; readonly message: string };

const invalid = (message: string): ScanFormResult => ({ kind: 'invalid', message });
const maxRecipients = 100;

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
  const envelope = isMailSensor ? readEnvelope(fields) : { mailFrom: null, rcptTo: [], mailOrigin: null };
  return { kind: 'valid', form: { scanId, instance, objectType, ...envelope } };
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
