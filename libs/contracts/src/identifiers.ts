import { z } from 'zod';

/** The alphabet of sensorId, scanId and sensorInstanceId: 1 to 128 characters, no leading dot, no slash. */
export const identifierPattern = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$/;

/** Words that are paths of their own under /scans and therefore cannot be a scanId. */
const reservedScanIds = new Set(['state', 'filters']);

export const isIdentifier = (text: string): boolean => identifierPattern.test(text);
export const isScanId = (text: string): boolean => isIdentifier(text) && !reservedScanIds.has(text);

export const identifierSchema = z.string().regex(identifierPattern);
export const scanIdSchema = identifierSchema.refine((id) => !reservedScanIds.has(id), 'is a reserved word');
export const submissionIdSchema = z.uuid();

/** SHA-256 as 64 lowercase hexadecimal digits: the form in messages and rows. */
export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);

/** Names all that decides on a verdict, engines and their signatures, limits, lists, code: a digest, cut to 128 bits. */
export const decisionSetSchema = z.string().regex(/^[0-9a-f]{32}$/);

/** The most bytes of an object that shares a file, and of that file. */
export const maxSharedBytes = 64 * 1024;
export const maxGroupBytes = 1024 * 1024;

export type ParsedObjectKey =
  | { readonly kind: 'own'; readonly key: string }
  | { readonly kind: 'shared'; readonly groupKey: string; readonly offset: number; readonly length: number };

const objectKeyPattern = /^([0-9a-f]{32})(?:\.(0|[1-9][0-9]{0,6})\.([1-9][0-9]{0,4}))?$/;

/**
 * Reads the key of an object in the object store; null: it is none. `own`: 32 lowercase hexadecimal digits, random, say
 * nothing of its content. `shared`: those of the file it shares with others, then where it lies in it,
 * `<32 digits>.<offset>.<length>`. SQL has the same as `ledger.group_of`.
 */
export function parseObjectKey(text: string): ParsedObjectKey | null {
  const [, key, offsetText, lengthText] = objectKeyPattern.exec(text) ?? [];
  if (key === undefined) return null;
  if (offsetText === undefined || lengthText === undefined) return { kind: 'own', key };
  const [offset, length] = [Number(offsetText), Number(lengthText)];
  if (length > maxSharedBytes || offset + length > maxGroupBytes) return null;
  return { kind: 'shared', groupKey: key, offset, length };
}

export const sharedObjectKey = (groupKey: string, offset: number, length: number): string =>
  `${groupKey}.${offset}.${length}`;

/** The file that an object shares with others. Null: it has one of its own. */
export function groupKeyOf(objectKey: string): string | null {
  const parsed = parseObjectKey(objectKey);
  return parsed?.kind === 'shared' ? parsed.groupKey : null;
}

export const objectKeySchema = z.string().refine((text) => parseObjectKey(text) !== null, 'is no object key');

/** `aabb…` → `AA:BB:…`, the form operators compare. */
export function formatFingerprint(hex: string): string {
  return (hex.toUpperCase().match(/../g) ?? []).join(':');
}

/** `AA:BB:…`, `aa bb` or `aabb…` → 64 lowercase hexadecimal digits; null when it is not a SHA-256 fingerprint. */
export function parseFingerprint(text: string): string | null {
  const hex = text.replace(/[:\s]/g, '').toLowerCase();
  return /^[0-9a-f]{64}$/.test(hex) ? hex : null;
}
