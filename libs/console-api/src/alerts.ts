import {
  alertDispositions,
  alertStates,
  detectionSchema,
  engineRunSchema,
  importances,
  mailOriginSchema,
  notExaminedSchema,
  policyAppliedSchema,
  systemTypes,
  technologies,
} from '@sluice/contracts';
import { z } from 'zod';
import { quarantinedSchema } from './quarantine.js';
import { objectFactsSchema, rescannedSchema, reusedSchema } from './scans.js';
import { count, maybeText, maybeTime, time } from './values.js';

const headersSchema = z.object({
  from: maybeText,
  to: z.array(z.string()),
  cc: z.array(z.string()).optional(),
  subject: maybeText,
  messageId: maybeText,
});

/** A row of the list. */
export const alertRowSchema = z.strictObject({
  id: z.int(),
  createdAt: time,
  importance: z.enum(importances),
  state: z.enum(alertStates),
  /** What a closed one turned out to be; null: open, or no one said it. */
  disposition: z.enum(alertDispositions).nullable(),
  assignee: maybeText,
  changedAt: maybeTime,
  technologies: z.array(z.enum(technologies)),
  names: z.array(z.string()),
  detectionsTotal: count,
  source: z.enum(systemTypes),
  sensorId: z.string(),
  systemName: maybeText,
  registrationId: z.uuid(),
  /** What its caller called the scan. */
  scanId: maybeText,
  sourceAddress: z.string(),
  /** Null: no newer signatures said another word. */
  rescanned: rescannedSchema.nullable(),
  /** Earlier alerts on the same bytes; counted up to 50. */
  seenBefore: count,
  object: objectFactsSchema.pick({ name: true, type: true, size: true, sha256: true }),
  /** Who wrote to whom about what, as the message claims; null when it is no mail. */
  message: z
    .strictObject({ subject: maybeText, sender: maybeText, recipients: z.array(z.string()) })
    .nullable(),
});
export type AlertRow = z.infer<typeof alertRowSchema>;

const changeSchema = z.strictObject({
  at: time,
  operator: z.string(),
  stateBefore: z.enum(alertStates).nullable(),
  stateAfter: z.enum(alertStates).nullable(),
  assigneeBefore: maybeText,
  assigneeAfter: maybeText,
  dispositionBefore: z.enum(alertDispositions).nullable(),
  dispositionAfter: z.enum(alertDispositions).nullable(),
  comment: maybeText,
});
export type AlertChangeEntry = z.infer<typeof changeSchema>;

const relatedSchema = z.strictObject({
  id: z.int(),
  createdAt: time,
  sensorId: z.string(),
  state: z.enum(alertStates),
});
export type RelatedAlert = z.infer<typeof relatedSchema>;

/** One alert with everything about it. */
export const alertCardSchema = z.strictObject({
  ...alertRowSchema.shape,
  object: objectFactsSchema,
  scan: z.strictObject({
    id: z.uuid(),
    scanId: maybeText,
    sensorInstanceId: maybeText,
    sourceAddress: z.string(),
    /** Scans are removed before their alerts. */
    isRemoved: z.boolean(),
  }),
  /** What quarantine has of it; null: nothing is kept. */
  kept: quarantinedSchema.nullable(),
  times: z.strictObject({ submitted: time, started: maybeTime, finished: time }),
  detections: z.array(detectionSchema),
  engines: z.array(engineRunSchema),
  /** Up to 100 places that an engine did not see, and how many there are. */
  notExamined: z.array(notExaminedSchema),
  notExaminedTotal: count,
  /** Null: an engine detected something. Else the system's policy made the alert of what was not examined. */
  policyApplied: policyAppliedSchema.nullable(),
  /** Null: engines saw this object. */
  reused: reusedSchema.nullable(),
  mail: z
    .strictObject({
      from: maybeText,
      /** Of the envelope, those that the message names. */
      to: z.array(z.string()).nullable(),
      headers: headersSchema.nullable(),
      /** Where the message came from, as its sensor said. */
      origin: mailOriginSchema.nullable(),
    })
    .nullable(),
  changes: z.array(changeSchema),
  sameObject: z.array(relatedSchema),
});
export type AlertCard = z.infer<typeof alertCardSchema>;

/** What lists of alerts can be grouped by. */
export const alertGroupings = ['hash', 'part', 'detection', 'sender', 'system'] as const;
export type AlertGrouping = (typeof alertGroupings)[number];

export const alertGroupSchema = z.strictObject({
  /** What the group's alerts have in common: a SHA-256, a detection's name, a sender, an ID. */
  key: z.string(),
  /** How people call it: an object's or a system's name. */
  name: maybeText,
  count,
  newCount: count,
  /** The highest in the group. */
  importance: z.enum(importances),
  firstAt: time,
  lastAt: time,
});
export type AlertGroup = z.infer<typeof alertGroupSchema>;

export const alertGroupsAnswerSchema = z.strictObject({
  /** The largest first. */
  items: z.array(alertGroupSchema),
  groupsTotal: count,
  alertsTotal: count,
  /** There are more alerts than were grouped: these are the newest. */
  isMore: z.boolean(),
});
export type AlertGroupsAnswer = z.infer<typeof alertGroupsAnswerSchema>;

/** How far the search in alerts reaches; it depends on what is installed beside PostgreSQL. */
export const alertSearchSchema = z.strictObject({
  isComplete: z.boolean(),
  fewestCharacters: count,
  /** What it leaves out and what to do about it; null: nothing. */
  problem: maybeText,
});
export type AlertSearch = z.infer<typeof alertSearchSchema>;

export const alertCountAnswerSchema = z.strictObject({
  count,
  /** There are more than were counted. */
  isMore: z.boolean(),
  newestId: count,
});
export type AlertCountAnswer = z.infer<typeof alertCountAnswerSchema>;

export const alertBulkAnswerSchema = z.strictObject({
  changed: count,
  /** Those that were in another state than `ifState`, and were left as they are. */
  left: count,
  looked: count,
  nextCursor: maybeText,
});
export type AlertBulkAnswer = z.infer<typeof alertBulkAnswerSchema>;

export const alertViewSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  /** The filter as it stands in a page's address. */
  query: z.string(),
  owner: z.string(),
  isShared: z.boolean(),
});
export type AlertView = z.infer<typeof alertViewSchema>;
