import { jobQueueTypes } from '@sluice/contracts';
import { parseClamdUrl } from '@sluice/engine-clamav';
import { envInteger, serviceEnvironment } from '@sluice/runtime';
import { z } from 'zod';
import { partEnginePlaces, type PartEnginePlace } from './inspection/part-engines.js';

const path = z.string().regex(/^\//, 'has to be an absolute path');

const placesOfPartEngines = Object.fromEntries(
  partEnginePlaces.map((place) => [place, path.optional()]),
) as Record<PartEnginePlace, z.ZodOptional<typeof path>>;

/** Everything a scanner reads from its environment. */
export const scannerConfigSchema = z.object({
  ...serviceEnvironment,
  /** Scans of the light queue at once; mail comes first. */
  SCANNER_SLOTS: envInteger(1, 256).default(4),
  /** Scans of mail at once, on top, while maximumMailPriority is on: no other scan can take these slots. */
  SCANNER_MAIL_SLOTS: envInteger(1, 64).default(1),
  /** Scans of the heavy queue at once, besides. 0: this scanner takes none of them. */
  SCANNER_HEAVY_SLOTS: envInteger(0, 64).default(1),
  /** The same as that of `results`; what the queues of another type still hold is scanned too. */
  SCAN_QUEUE_TYPE: z.enum(jobQueueTypes).default('classic'),
  /** Unset: no ClamAV. */
  CLAMD_URL: z
    .string()
    .refine((url) => parseClamdUrl(url) !== null, 'has to be unix:/path or tcp://host:port')
    .optional(),
  /** clamd's StreamMaxLength; its default is this one. */
  CLAMD_MAX_OBJECT_BYTES: envInteger(1, 4 * 1024 ** 3).default(100 * 1024 ** 2),
  /**
   * clamd's DatabaseDirectory, where the scanner may read it: signatures that came beside the official ones show there alone.
   * Unset: verdicts may be told again, for reuseVerdictsMinutes, that such a signature would have changed.
   */
  CLAMD_DATABASE_DIR: path.optional(),
  /** Files and folders of the engines for parts. */
  ...placesOfPartEngines,
  /** Seals passwords that come with objects; gateways and scanners have the same. Unset: none are taken. */
  PASSWORDS_KEY: z.string().min(32, 'has to have at least 32 characters').optional(),
  /** `uid:gid` that inspectors run under; unset: the scanner's own. The launcher starts scanners that can become it. */
  SCANNER_INSPECTOR_ACCOUNT: z
    .string()
    .regex(/^[1-9]\d{0,9}:[1-9]\d{0,9}$/, 'has to be uid:gid, neither of them 0')
    .optional(),
  OBJECT_STORE_URL: z.string(),
  NODE_ENV: z.string().optional(),
  /** For measurements, refused unless NODE_ENV is `test`: instead of ClamAV an engine that takes so long and finds nothing. */
  SCANNER_STAND_IN_ENGINE_MS: envInteger(0, 3_600_000).optional(),
});
/** Scans at once, of every kind. */
export const slotsOf = (config: ScannerConfig): number =>
  config.SCANNER_SLOTS + config.SCANNER_HEAVY_SLOTS + config.SCANNER_MAIL_SLOTS;

export type ScannerConfig = z.infer<typeof scannerConfigSchema>;
