import { detectionSchema, importances, mailOriginSchema, systemTypes, technologies } from '@sluice/contracts';
import { z } from 'zod';

/** Detections kept with an event; all of them are in the alert's card. */
export const maxEventDetections = 50;

const text = z.string();

/** An alert as notifications tell it: a copy, so that retries and replays outlive the alert. Strings are as they came from callers and objects: not safe to show. */
export const alertEventSchema = z.object({
  kind: z.literal('alert'),
  /** Stable: the same alert is the same event, however often it is told. */
  eventId: z.uuid(),
  alertId: z.int(),
  createdAt: z.iso.datetime(),
  submittedAt: z.iso.datetime(),
  importance: z.enum(importances),
  /** Foremost first. */
  technologies: z.array(z.enum(technologies)),
  detections: z.array(detectionSchema).max(maxEventDetections),
  detectionsTotal: z.int(),
  objectName: text.nullable(),
  objectType: z.enum(['file', 'email']),
  sizeBytes: z.int(),
  sha256: text,
  md5: text.nullable(),
  sha1: text.nullable(),
  detectedType: text.nullable(),
  /** Null: no copy is kept. */
  objectKeptUntil: z.iso.datetime().nullable(),
  systemType: z.enum(systemTypes),
  registrationId: z.uuid(),
  sensorId: text,
  systemName: text.nullable(),
  instance: text.nullable(),
  scanId: text.nullable(),
  sourceAddress: text,
  sender: text.nullable(),
  recipients: z.array(text),
  /** Whom the message does not name: for rules to look at, told to no one. */
  blindRecipients: z.array(text).default([]),
  mailSubject: text.nullable(),
  messageId: text.nullable(),
  /** Where the mail came from, as its sensor said. Events of before 0.2 have none. */
  mailOrigin: mailOriginSchema.nullable().default(null),
});
export type AlertEvent = z.infer<typeof alertEventSchema>;

/** Names of what was found, each once, in the order of the detections. */
export const detectedNames = (alert: AlertEvent): string[] => [
  ...new Set(alert.detections.map((detection) => detection.name)),
];

/** What the external system is called where people read: its name, else its ID. */
export const systemLabel = (alert: AlertEvent): string => alert.systemName ?? alert.sensorId;
