import { causeLevels, engineStatusSchema, services } from '@sluice/contracts';
import { z } from 'zod';
import { count, maybeText, maybeTime, time } from './values.js';

export { causeLevels, type CauseLevel } from '@sluice/contracts';

/** Pages of the console that show more of a cause. */
export const causePages = [
  '/health',
  '/failed-jobs',
  '/scans',
  '/external-systems',
  '/notifications/channels',
  '/settings',
  '/quarantine',
] as const;

/** One thing that is wrong, however many instances show it. */
export const causeSchema = z.strictObject({
  /** The same for as long as it lasts. */
  id: z.string().max(256),
  level: z.enum(causeLevels),
  title: z.string(),
  /** Where it shows; empty when it is not about single instances. */
  instances: z.array(z.string()),
  /** Null: not known yet; a cause is dated at the latest when the console sees it for the second time. */
  since: maybeTime,
  effect: z.string(),
  nextStep: z.string(),
  /** Page of the console, with a filter or the place on it where there is one. */
  link: z.string().refine((link) => causePages.some((page) => link.startsWith(page)), 'no page of causes'),
});
export type Cause = z.infer<typeof causeSchema>;

export const statuses = ['ok', 'degraded', 'down'] as const;
export type Status = (typeof statuses)[number];

/** The one place where causes become a status. */
export function statusOf(causes: readonly Pick<Cause, 'level'>[]): Status {
  if (causes.some(({ level }) => level === 'down')) return 'down';
  return causes.some(({ level }) => level === 'degraded') ? 'degraded' : 'ok';
}

const plural = (amount: number, word: string): string => `${amount} ${word}${amount === 1 ? '' : 's'}`;

/** `2 problems, 10 reminders`; null when there are none. */
export function summariseCauses(causes: readonly Pick<Cause, 'level'>[]): string | null {
  const reminders = causes.filter(({ level }) => level === 'advisory').length;
  const problems = causes.length - reminders;
  const parts = [
    ...(problems === 0 ? [] : [plural(problems, 'problem')]),
    ...(reminders === 0 ? [] : [plural(reminders, 'reminder')]),
  ];
  return parts.length === 0 ? null : parts.join(', ');
}

export const instanceStates = ['ready', 'not ready', 'not answering'] as const;

export const serviceInstanceSchema = z.strictObject({
  service: z.enum(services),
  instance: z.string(),
  version: z.string(),
  state: z.enum(instanceStates),
  problems: z.array(z.string()),
  startedAt: time,
  seenAt: time,
  busySlots: count,
  slots: count,
  engines: z.array(engineStatusSchema),
  certificateFingerprint: maybeText,
  certificateNotAfter: maybeTime,
  isLoopback: z.boolean().nullable(),
});
export type ServiceInstance = z.infer<typeof serviceInstanceSchema>;

export const queueDepthSchema = z.strictObject({
  queue: z.string(),
  priority: z.int(),
  unfinished: count,
  /** Waiting for their next attempt. */
  delayed: count,
  oldestAgeSeconds: z.number().nullable(),
  /** How long the last probe through this queue took. */
  lastWaitSeconds: z.number().nullable(),
  probeAgeSeconds: z.number().nullable(),
});
export type QueueDepth = z.infer<typeof queueDepthSchema>;

/** Kept objects that are scanned again because what decides has changed: the wave that runs, or the last one. */
export const rescanWaveSchema = z.strictObject({
  id: z.int(),
  decisionSet: z.string(),
  beganAt: time,
  endedAt: maybeTime,
  /** `overtaken`: what decides changed again, and the next wave began. Null: it runs. */
  endReason: z.enum(['done', 'overtaken', 'stopped']).nullable(),
  /** To be scanned when it began, and looked at since. */
  objects: count,
  done: count,
  /** Of these: detected now, clean now, without an answer that counts. */
  detected: count,
  cleared: count,
  unknown: count,
  progressAt: time,
});
export type RescanWave = z.infer<typeof rescanWaveSchema>;

export const healthSchema = z.strictObject({
  status: z.enum(statuses),
  /** `2 problems, 10 reminders`; null when all is well. */
  summary: maybeText,
  /** Worst first. */
  causes: z.array(causeSchema),
  instances: z.array(serviceInstanceSchema),
  queues: z.array(queueDepthSchema),
  oldestWaitingSeconds: z.number().nullable(),
  oldestWaitingMailSeconds: z.number().nullable(),
  /** Null: there was none yet. */
  rescanWave: rescanWaveSchema.nullable(),
});
export type Health = z.infer<typeof healthSchema>;

/** A cause that was there, or still is. */
export const pastCauseSchema = z.strictObject({
  id: z.string(),
  level: z.enum(causeLevels),
  title: z.string(),
  beganAt: time,
  endedAt: maybeTime,
  durationSeconds: z.number().min(0),
});
export type PastCause = z.infer<typeof pastCauseSchema>;
