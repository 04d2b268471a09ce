/**
 * A way in which something is packed that leaves nothing to interpret: whoever opens it at all gets the same bytes out.
 * `plain-mail`: a file in strict base64 in a `multipart/mixed` without anything out of the ordinary. `plain-zip`: a file in a
 * zip (a document that is one, too) whose directory and headers say the same and account for every byte.
 */
export const plainPackings = ['plain-mail', 'plain-zip', 'plain-zip-in-plain-mail'] as const;
export type PlainPacking = (typeof plainPackings)[number];

/** Nothing that is packed so is larger, nor what it is in, nor what comes out of that in all. */
export const maxPlainBytes = 64 * 1024 * 1024;

/** Of files in plain mail. A content engine is tried with each of them. */
export const plainMailTypes = [
  'application/octet-stream',
  'application/pdf',
  'application/zip',
  'application/x-zip-compressed',
  'application/msword',
  'application/vnd.ms-excel',
  'application/vnd.ms-powerpoint',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  'image/gif',
  'image/jpeg',
  'image/png',
] as const;

/**
 * What plain mail begins with, to the letter. Engines tell by it that it is mail: with another first field, or with another
 * letter in one of these, they look for two fields close to one another, and without them it is a text.
 */
export const plainMailBeginnings = [
  'Received: ',
  'Return-Path: ',
  'From: ',
  'Date: ',
  'Message-ID: ',
  'Subject: ',
  'To: ',
  'Delivered-To: ',
  'X-Original-To: ',
] as const;

const types: ReadonlySet<string> = new Set(plainMailTypes);

export const isPlainMailType = (mime: string): boolean => types.has(mime);
