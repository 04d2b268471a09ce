import {
  settingKeys,
  settingsSchema,
  settingVariable,
  type SettingKey,
  type Settings,
} from '@sluice/contracts';
import { z } from 'zod';

/** What a number counts, of a text its length, of a list its entries; null for the others. */
const units: Readonly<Record<SettingKey, string | null>> = {
  maxObjectSize: 'bytes',
  maxConcurrentScans: 'scans',
  maxUnfinishedScansPerSystem: 'scans',
  maxUnfinishedScansPerMailSystem: 'scans',
  scanTimeoutSeconds: 'seconds',
  resultRetentionDays: 'days',
  quarantineRetentionDays: 'days',
  quarantineMaxBytes: 'bytes',
  expiredHeldMail: null,
  alertRetentionDays: 'days',
  auditRetentionDays: 'days',
  maxSignatureAgeHours: 'hours',
  maxPendingRequests: 'requests',
  maxPendingRequestsPerAddress: 'requests',
  pendingRequestHours: 'hours',
  heavyObjectBytes: 'bytes',
  maxDepth: 'levels',
  maxParts: 'parts',
  maxTotalBytes: 'bytes',
  maxPartBytes: 'bytes',
  maxHeldBytes: 'bytes',
  maxRatio: 'times',
  passwordsToTry: 'passwords',
  maximumMailPriority: null,
  allowTestSignatures: null,
  integrationRequests: null,
  clamavHeuristics: 'characters',
  reuseVerdictsMinutes: 'minutes',
  shareVerdicts: null,
  rescanKept: null,
  rescanInFlight: 'objects',
  rescanKeptDays: 'days',
  releaseTicketMinutes: 'minutes',
};

interface JsonSchema {
  readonly type?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly enum?: readonly unknown[];
}

export interface SettingDescription {
  readonly value: unknown;
  readonly default: unknown;
  readonly type: string;
  readonly unit: string | null;
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly options: readonly unknown[] | null;
  /** Set by the configuration and read-only here; `pinnedBy` names the variable. */
  readonly pinned: boolean;
  readonly pinnedBy: string | null;
}

const schemas = (z.toJSONSchema(settingsSchema).properties ?? {}) as Record<SettingKey, JsonSchema>;
const defaults = settingsSchema.parse({});

/** Bounds follow from the one schema in the contracts. */
export function describeSettings(
  values: Settings,
  pins: Partial<Settings>,
): Record<SettingKey, SettingDescription> {
  const entries = settingKeys.map((key) => [key, describe(key, values[key], key in pins)] as const);
  return Object.fromEntries(entries) as Record<SettingKey, SettingDescription>;
}

function describe(key: SettingKey, value: unknown, isPinned: boolean): SettingDescription {
  const schema = schemas[key];
  return {
    value,
    default: defaults[key],
    type: schema.type ?? 'string',
    unit: units[key],
    minimum: schema.minimum ?? null,
    maximum: schema.maximum ?? schema.maxLength ?? schema.maxItems ?? null,
    options: schema.enum ?? null,
    pinned: isPinned,
    pinnedBy: isPinned ? settingVariable(key) : null,
  };
}
