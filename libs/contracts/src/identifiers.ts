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

/** Key of an object in the object store: 32 lowercase hexadecimal digits, random, says nothing of its content. */
export const objectKeySchema = z.string().regex(/^[0-9a-f]{32}$/);

/** `aabb…` → `AA:BB:…`, the form operators compare. */
export function formatFingerprint(hex: string): string {
  return (hex.toUpperCase().match(/../g) ?? []).join(':');
}

/** `AA:BB:…`, `aa bb` or `aabb…` → 64 lowercase hexadecimal digits; null when it is not a SHA-256 fingerprint. */
export function parseFingerprint(text: string): string | null {
  const hex = text.replace(/[:\s]/g, '').toLowerCase();
  return /^[0-9a-f]{64}$/.test(hex) ? hex : null;
}
