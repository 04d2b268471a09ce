import type { ApiToken, AuditVerificationAnswer, Operator } from '@sluice/console-api';
import { defaultSettings, settingVariable, type SettingKey } from '@sluice/contracts';
import type { SettingDescription } from '../../src/settings/settings-query.js';
import { createSampler, sampleId, secondsAgo } from './sample-numbers.js';

const sampler = createSampler(57);

export const sampleOperator = (given: Pick<Operator, 'username' | 'role'> & Partial<Operator>): Operator => ({
  id: sampleId(sampler),
  isDisabled: false,
  hasFirstPassword: false,
  mustChangePassword: false,
  hasSecondFactor: false,
  canReadMail: false,
  createdAt: secondsAgo(90 * 86_400),
  passwordChangedAt: secondsAgo(30 * 86_400),
  lastSignInAt: null,
  ...given,
});

export const sampleOperators = (): Operator[] => [
  sampleOperator({
    username: 'admin',
    role: 'administrator',
    hasSecondFactor: true,
    lastSignInAt: secondsAgo(3600),
  }),
  sampleOperator({ username: 'k.osei', role: 'auditor', lastSignInAt: secondsAgo(7200) }),
  sampleOperator({
    username: 'm.weber',
    role: 'security-officer',
    hasSecondFactor: true,
    mustChangePassword: true,
    lastSignInAt: secondsAgo(10_800),
  }),
];

export const sampleToken = (given: Pick<ApiToken, 'name' | 'role'> & Partial<ApiToken>): ApiToken => ({
  id: sampleId(sampler),
  addressRanges: null,
  isLocal: false,
  operator: 'admin',
  createdBy: 'admin',
  createdAt: secondsAgo(60 * 86_400),
  expiresAt: secondsAgo(-305 * 86_400),
  lastUsedAt: null,
  revokedAt: null,
  ...given,
});

export const sampleTokens = (): ApiToken[] => [
  sampleToken({
    name: 'SIEM export',
    role: 'auditor',
    addressRanges: ['10.20.0.0/16'],
    lastUsedAt: secondsAgo(50),
  }),
];

export const sampleAudit = () =>
  [
    {
      actor: 'admin',
      action: 'external-system.accept',
      target: 'dlp-gateway',
      before: { state: 'pending' },
      after: { state: 'accepted', type: 'other' },
    },
    {
      actor: 'admin',
      action: 'settings.change',
      target: 'maxObjectSize',
      before: { maxObjectSize: 104_857_600 },
      after: { maxObjectSize: 209_715_200 },
    },
    {
      actor: 'm.weber',
      action: 'alert.change',
      target: 'alert 4204',
      before: { state: 'new' },
      after: { state: 'in-process', assignee: 'm.weber' },
    },
    { actor: 'k.osei', action: 'session.open', target: 'k.osei', before: null, after: null },
  ].map((entry, index) => ({
    id: 900 - index,
    at: secondsAgo(600 * (index + 1)),
    actorKind: 'operator',
    address: '10.20.1.5',
    ...entry,
  }));

/** As the API says them; here by how the names end. */
function unitOf(key: SettingKey): string | null {
  if (/Bytes$|Size$/.test(key)) return 'bytes';
  if (/Seconds$/.test(key)) return 'seconds';
  if (/Days$/.test(key)) return 'days';
  if (/Hours$/.test(key)) return 'hours';
  if (/Minutes$/.test(key)) return 'minutes';
  if (/Requests/.test(key)) return key === 'integrationRequests' ? null : 'requests';
  return key === 'maxConcurrentScans' || key.startsWith('maxUnfinishedScans') ? 'scans' : null;
}

const optionsOf: Partial<Record<SettingKey, readonly string[]>> = {
  integrationRequests: ['open', 'closed'],
  expiredHeldMail: ['refuse', 'delete'],
};

export function sampleSettings(pinned: readonly SettingKey[]): Record<SettingKey, SettingDescription> {
  const keys = Object.keys(defaultSettings) as SettingKey[];
  return Object.fromEntries(
    keys.map((key) => [
      key,
      {
        value: defaultSettings[key],
        default: defaultSettings[key],
        type: typeof defaultSettings[key] === 'number' ? 'integer' : typeof defaultSettings[key],
        unit: unitOf(key),
        minimum: typeof defaultSettings[key] === 'number' ? 1 : null,
        maximum: key === 'scanTimeoutSeconds' ? 3600 : null,
        options: optionsOf[key] ?? null,
        pinned: pinned.includes(key),
        pinnedBy: pinned.includes(key) ? settingVariable(key) : null,
      },
    ]),
  ) as Record<SettingKey, SettingDescription>;
}

export const sampleVerification = (): AuditVerificationAnswer => ({
  entries: 900,
  removedThrough: 0,
  head: { id: 900, hash: 'a'.repeat(64) },
  problem: null,
});
