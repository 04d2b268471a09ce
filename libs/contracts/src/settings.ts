import { z } from 'zod';
import { maxHeuristicsText, parseHeuristics } from './clamav-heuristics.js';

/** A container is tried with no more in all. */
export const maxPasswords = 20;

/**
 * Settings operators change at run time (operators-api, `/api/settings`). Owned by `console` (registry.settings);
 * gateways and scanners get them with the registry, the ledger's statements read them from registry.settings.
 * Every key has a default, so an empty table is a valid state.
 */
export const settingsSchema = z.object({
  /** Jobs of mail sensors are published at priority 5, others at 1. Off: all at 1. */
  maximumMailPriority: z.boolean().default(true),
  /** Largest object, bytes. */
  maxObjectSize: z
    .int()
    .min(1024)
    .max(4 * 1024 ** 3 - 1)
    .default(100 * 1024 ** 2),
  /** Unfinished scans in all; a tenth of it is kept for mail sensors while maximumMailPriority is on. */
  maxConcurrentScans: z.int().min(1).max(10_000_000).default(1000),
  /** Unfinished scans of one external system that has no limit of its own: no caller fills the whole. */
  maxUnfinishedScansPerSystem: z.int().min(1).max(10_000_000).default(500),
  /** The same for one mail sensor. */
  maxUnfinishedScansPerMailSystem: z.int().min(1).max(10_000_000).default(2000),
  /** A scan longer than this, with healthy engines, ends in `timeout`. */
  scanTimeoutSeconds: z.int().min(1).max(3600).default(120),
  /** Containers in containers that are opened; what is deeper is said to be not examined, as with the next five. */
  maxDepth: z.int().min(1).max(30).default(16),
  /** Parts of one object, at all depths. */
  maxParts: z.int().min(1).max(1_000_000).default(50_000),
  /** Unpacked from one object in all, bytes; no more is sent to a content engine besides the object itself. */
  maxTotalBytes: z
    .int()
    .min(1024)
    .max(16 * 1024 ** 3)
    .default(1024 ** 3),
  /** Largest single part, bytes; not of an archive that comes out of a stream, such as the tar in a .tar.gz. An inspector process holds it in memory, which is limited to 1.5 GiB. */
  maxPartBytes: z
    .int()
    .min(1024)
    .max(512 * 1024 ** 2)
    .default(256 * 1024 ** 2),
  /** Containers open at one time, one inside the other, and the part that comes out, bytes. */
  maxHeldBytes: z
    .int()
    .min(1024)
    .max(768 * 1024 ** 2)
    .default(512 * 1024 ** 2),
  /** Unpacked bytes for each byte of a container, once 128 MiB came out of it. */
  maxRatio: z.int().min(1).max(100_000).default(250),
  /** Tried on whatever is encrypted, after what the mail around it announces; no secrets, every operator reads them. */
  passwordsToTry: z
    .array(z.string().min(1).max(128))
    .max(maxPasswords)
    .default(['infected', 'virus', 'malware', 'VelvetSweatshop']),
  resultRetentionDays: z.int().min(1).max(3650).default(7),
  quarantineRetentionDays: z.int().min(0).max(3650).default(30),
  quarantineMaxBytes: z
    .int()
    .min(0)
    .default(10 * 1024 ** 3),
  /** What becomes of a mail that Sluice alone holds when its retention is over: its sender is told, or no one. */
  expiredHeldMail: z.enum(['refuse', 'delete']).default('refuse'),
  alertRetentionDays: z.int().min(1).max(36500).default(365),
  /** The database keeps entries for 30 days whatever is asked of it. */
  auditRetentionDays: z.int().min(30).max(36500).default(365),
  /** Changes to what ClamAV's `Heuristics.*` mean: `BEGINNING = MEANING`, one a line (`clamav-heuristics.ts` has the usual). */
  clamavHeuristics: z
    .string()
    .max(maxHeuristicsText)
    .superRefine((text, context) => {
      const parsed = parseHeuristics(text);
      if (typeof parsed === 'string') context.addIssue({ code: 'custom', message: parsed });
    })
    .default(''),
  /** Signatures older than this count as an engine that did not run. */
  maxSignatureAgeHours: z.int().min(1).max(87_600).default(168),
  /** The project's own EICAR signatures may judge; only while every gateway listens on loopback. */
  allowTestSignatures: z.boolean().default(false),
  /** How long a verdict is told again for the same bytes of the same system, when all that decides is the same. 0: never. */
  reuseVerdictsMinutes: z.int().min(0).max(1440).default(60),
  /** Verdicts on objects of other systems, too: who sends something learns from an instant verdict that others had it. */
  shareVerdicts: z.boolean().default(false),
  /** Kept objects are scanned again, behind everything else, when what decides has changed. */
  rescanKept: z.boolean().default(false),
  /** Of these at once. */
  rescanInFlight: z.int().min(1).max(64).default(2),
  /** Those kept longer ago are left alone, days. */
  rescanKeptDays: z.int().min(1).max(3650).default(30),
  /** Where released mail goes to a listener that asks a mail sensor: how long after its end a release is let through there. 0: not at all. */
  releaseTicketMinutes: z.int().min(0).max(1440).default(0),
  integrationRequests: z.enum(['open', 'closed']).default('open'),
  maxPendingRequests: z.int().min(0).max(100_000).default(1000),
  maxPendingRequestsPerAddress: z.int().min(0).max(100_000).default(20),
  pendingRequestHours: z.int().min(1).max(8760).default(24),
  /** Objects above this go to the heavy queue, bytes. */
  heavyObjectBytes: z
    .int()
    .min(1)
    .default(16 * 1024 ** 2),
});
export type Settings = z.infer<typeof settingsSchema>;
export type SettingKey = keyof Settings;
export const settingKeys = Object.keys(settingsSchema.shape) as SettingKey[];
export const defaultSettings: Settings = settingsSchema.parse({});

/** The variable that pins a setting in the console's configuration: `maxObjectSize` → `SETTING_MAX_OBJECT_SIZE`. */
export const settingVariable = (key: SettingKey): string =>
  `SETTING_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;

/** Rows of registry.settings over the defaults; unknown keys and values that no longer fit are ignored. */
export function readSettings(rows: Readonly<Record<string, unknown>>): Settings {
  const known = settingKeys.filter((key) => settingsSchema.shape[key].safeParse(rows[key]).success);
  return settingsSchema.parse(Object.fromEntries(known.map((key) => [key, rows[key]])));
}
