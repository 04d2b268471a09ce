import { z } from 'zod';
import { certificateStates, services, systemTypes, technologies } from './states.js';
import { decisionSetSchema, sha256Schema } from './identifiers.js';

/** Published by `console` on every committed change and as a heartbeat every four seconds. Says only how far the registry is. */
export const registryEventSchema = z.object({
  v: z.literal(1),
  /** Grows by one with each committed change. */
  revision: z.int().min(0),
});
export type RegistryEvent = z.infer<typeof registryEventSchema>;
export const registryHeartbeatMs = 4000;

/** One certificate of an external system with what its registration says, as gateways need it. */
export const registryEntrySchema = z.object({
  certificateId: z.uuid(),
  sensorId: z.string(),
  fingerprint: sha256Schema,
  state: z.enum(certificateStates),
  registrationId: z.uuid().nullable(),
  type: z.enum(systemTypes),
  answerFormat: z.enum(['actual', 'documented']),
  alertsFeed: z.enum(['own', 'all', 'none']),
  /** Of a mail sensor, where an administrator chose one. Passed on as it is: the sensor reads it. */
  mailPolicy: z.object({ version: z.int().min(1), policy: z.record(z.string(), z.unknown()) }).nullish(),
  /** Of a sensor with a clamd listener; passed on in the same way. */
  clamdPolicy: z.object({ version: z.int().min(1), policy: z.record(z.string(), z.unknown()) }).nullish(),
  revision: z.int().min(0),
});
export type RegistryEntry = z.infer<typeof registryEntrySchema>;

/**
 * Answer to `ledger.<service>.registry-changes`. `isComplete` means: forget everything and start from these entries.
 * Ask again with `since = revision` while `hasMore`.
 */
export const registryChangesSchema = z.object({
  revision: z.int().min(0),
  isComplete: z.boolean(),
  hasMore: z.boolean(),
  entries: z.array(registryEntrySchema),
  /** certificateIds deleted since. */
  deleted: z.array(z.uuid()),
  /** Raw rows of registry.settings; present when they changed or the answer starts from nothing. Read with `readSettings`. */
  settings: z.record(z.string(), z.unknown()).nullable(),
});
export type RegistryChanges = z.infer<typeof registryChangesSchema>;

/** A caller as a gateway saw it: makes an integration request, or refreshes *last seen* (at most once a minute a pair). */
export const sightingSchema = z.object({
  v: z.literal(1),
  sensorId: z.string().max(128),
  fingerprint: sha256Schema,
  address: z.string().max(64),
  /** Status code it was answered. */
  answer: z.int(),
  tlsVersion: z.string().max(16),
  claimedType: z.enum(systemTypes),
  claimedName: z.string().max(256),
  subject: z.string().max(1024),
  notBefore: z.iso.datetime().nullable(),
  notAfter: z.iso.datetime().nullable(),
  seenAt: z.iso.datetime(),
});
export type Sighting = z.infer<typeof sightingSchema>;

/** Heartbeat of one service instance, every `statusIntervalMs`; shown in /api/health. */
export const statusIntervalMs = 5000;
export const engineStatusSchema = z.object({
  engine: z.string().max(64),
  technology: z.enum(technologies),
  version: z.string().max(128),
  signaturesAt: z.iso.datetime().nullable(),
  isTestSignatures: z.boolean(),
  isHealthy: z.boolean(),
  /** Why not, in words; null when healthy. */
  problem: z.string().max(1024).nullable(),
  /** Largest object it takes, bytes; null when it has no cap. */
  maxObjectBytes: z.int().nullable(),
  /** Newer rules or lists were refused, and why: the engine works with those of before. */
  rejectedUpdate: z.string().max(1024).optional(),
  /** What to know of an engine that works: what it opens, what cannot be verified. */
  notes: z.array(z.string().max(512)).max(16).optional(),
  /** What an engine that works leaves out, and the option that would change it: such objects are reported one by one. */
  shortfalls: z.array(z.string().max(512)).max(16).optional(),
});
export type EngineStatus = z.infer<typeof engineStatusSchema>;
/** Bounds beyond which a gateway closes or refuses: its metric, its status and the console's health name the same. */
export const callerLimits = [
  'connections',
  'address-connections',
  'address-handshakes',
  'certificate-connections',
  'open-requests',
  'held-requests',
  'caller-reports',
] as const;
export type CallerLimit = (typeof callerLimits)[number];

/** `count`: how often within the last `reachedLimitMinutes`. */
const reachedLimitSchema = z.object({ limit: z.enum(callerLimits), count: z.int().min(1) });
export type ReachedLimit = z.infer<typeof reachedLimitSchema>;
export const reachedLimitMinutes = 10;
/** A newer gateway may have one that is not known here; that must not cost its whole status. */
export const reachedLimitsSchema = z.array(reachedLimitSchema).max(callerLimits.length).catch([]);

export const statusSchema = z.object({
  v: z.literal(1),
  service: z.enum(services),
  instance: z.string().max(128),
  version: z.string().max(32),
  startedAt: z.iso.datetime(),
  isReady: z.boolean(),
  /** One line per failing readiness check. */
  problems: z.array(z.string().max(256)).max(32),
  /** Scanners: the engines of this worker. */
  engines: z.array(engineStatusSchema).max(32),
  /** Scanners: scans in hand. */
  busySlots: z.int().min(0),
  slots: z.int().min(0),
  /** Scanners: all that decides on a verdict here, as one hash; null while that cannot be said. Before 0.2: none. */
  decisionSet: decisionSetSchema.nullable().default(null),
  /** Scanners: how far they know the registry, with it the settings that are part of the set; null for others. */
  registryRevision: z.int().min(0).nullable().default(null),
  /** It reads objects that share a file with others. Before 0.2: no. */
  readsSharedKeys: z.boolean().default(false),
  /** Gateways: SHA-256 of the server certificate, hex; null for others. */
  certificateFingerprint: sha256Schema.nullable(),
  /** Gateways: end of the server certificate's validity; null for others. */
  certificateNotAfter: z.iso.datetime().nullable(),
  /** Gateways: does every listening address stay on this machine? Null for others. */
  isLoopback: z.boolean().nullable(),
  /** Gateways: bounds that callers reached lately. */
  reachedLimits: reachedLimitsSchema.optional(),
});
export type ServiceStatus = z.infer<typeof statusSchema>;

/**
 * Broadcast by `results` after commit: these registrations have scans that ended; held requests look again. A hint, may
 * be lost.
 */
export const finishedHintSchema = z.object({
  v: z.literal(1),
  registrationIds: z.array(z.uuid()),
  /** Which ones, so that of a thousand requests that wait for one scan each one looks; `results` before 0.2 leaves it out. */
  scans: z.array(z.object({ registrationId: z.uuid(), scanId: z.string() })).optional(),
});
export type FinishedHint = z.infer<typeof finishedHintSchema>;
