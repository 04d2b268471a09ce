import { describe, expect, it } from 'vitest';
import { defaultSettings, settingKeys, type EngineStatus, type Settings } from '@sluice/contracts';
import { partEngineNames, type PartEngineSources } from '../inspection/part-engines.js';
import { DecisionSet, type DecisionSetDeps } from './decision-set.js';

const clamav: EngineStatus = {
  engine: 'clamav',
  technology: 'am',
  version: '1.4/27000',
  signaturesAt: '2026-01-01T00:00:00Z',
  isTestSignatures: false,
  isHealthy: true,
  problem: null,
  maxObjectBytes: 1000,
};
const noSources = Object.fromEntries(
  partEngineNames.map((name) => [name, null]),
) as unknown as PartEngineSources;
const allowing = (text: string): PartEngineSources => ({
  ...noSources,
  'hash-list': { deny: null, allow: { text } },
});

type ChangeableDeps = { -readonly [Key in keyof DecisionSetDeps]: DecisionSetDeps[Key] };
const usualDeps = (): ChangeableDeps => ({
  code: () => 'build 1',
  engines: [{ name: 'clamav', versionsInUse: () => ['1.4/27000'] }],
  watch: { isHealthy: true, statuses: new Map([['clamav', clamav]]) },
  inspector: { inUse: noSources, isUniform: true },
  settings: { isLoaded: true, current: defaultSettings },
  signatures: null,
});
const nameOf = (changes: Partial<DecisionSetDeps> = {}) =>
  new DecisionSet({ ...usualDeps(), ...changes }).current;
const withStatus = (changes: Partial<EngineStatus>) => ({
  watch: { isHealthy: true, statuses: new Map([['clamav', { ...clamav, ...changes }]]) },
});
const withSettings = (changes: Partial<Settings>) => ({
  settings: { isLoaded: true, current: { ...defaultSettings, ...changes } },
});

describe('what decides', () => {
  it('has the same name on every scanner where it is the same', () => {
    expect(nameOf()).toMatch(/^[0-9a-f]{32}$/);
    expect(nameOf(withStatus({}))).toBe(nameOf());
  });

  it.each<[string, Partial<DecisionSetDeps>]>([
    ['build', { code: () => 'build 2' }],
    ["an engine's signatures", withStatus({ signaturesAt: '2026-01-02T00:00:00Z' })],
    ["an engine's limit", withStatus({ maxObjectBytes: 2000 })],
    ['what an engine was found to leave out', withStatus({ shortfalls: ['opens no rar'] })],
    ['a list', { inspector: { inUse: allowing('a'.repeat(64)), isUniform: true } }],
    [
      'a rule',
      {
        inspector: {
          inUse: { ...noSources, yara: { files: [{ name: 'a', text: 'b' }], problems: [] } },
          isUniform: true,
        },
      },
    ],
    ['a limit', withSettings({ maxDepth: 3 })],
    ['a password to try', withSettings({ passwordsToTry: ['x'] })],
    ["what ClamAV's heuristics mean", withSettings({ clamavHeuristics: 'Heuristics.X = high' })],
    ['a file of signatures', { signatures: { state: 'custom.ndb 1 1' } }],
  ])('has another name with another %s', (_what, changes) => {
    expect(nameOf(changes)).toMatch(/^[0-9a-f]{32}$/);
    expect(nameOf(changes)).not.toBe(nameOf());
  });

  it('is not another one by settings that no verdict depends on', () => {
    const changes = { resultRetentionDays: 3, maxSignatureAgeHours: 5, shareVerdicts: true } as const;
    expect(nameOf(withSettings(changes))).toBe(nameOf());
  });

  it('takes a setting that no one thought of for one that decides', () => {
    const later = { ...defaultSettings, ofALaterRelease: 1 } as Settings;
    expect(settingKeys).not.toContain('ofALaterRelease');
    expect(nameOf({ settings: { isLoaded: true, current: later } })).not.toBe(nameOf());
  });

  it.each<[string, Partial<DecisionSetDeps>]>([
    ['the build is not known', { code: () => null }],
    ['an engine is broken', { watch: { ...usualDeps().watch, isHealthy: false } }],
    ['settings are not loaded', { settings: { isLoaded: false, current: defaultSettings } }],
    ['signatures are being exchanged', { signatures: { state: null } }],
    ['processes with rules of before may answer', { inspector: { inUse: noSources, isUniform: false } }],
    [
      'another version answers than the one that was tested',
      { engines: [{ name: 'clamav', versionsInUse: () => ['1.4/27000', '1.4/27001'] }] },
    ],
  ])('cannot be said while %s', (_what, changes) => {
    expect(nameOf(changes)).toBeNull();
  });

  it('follows what changes under it', () => {
    const deps = usualDeps();
    const set = new DecisionSet(deps);
    const first = set.current;
    expect(set.current).toBe(first);
    deps.inspector = { inUse: allowing('a'.repeat(64)), isUniform: true };
    const second = set.current;
    expect(second).not.toBe(first);
    deps.inspector = { inUse: noSources, isUniform: true };
    expect(set.current).toBe(first);
  });

  it('of a scan is nothing when something else decided meanwhile, though it is the same again', () => {
    const deps = usualDeps();
    const set = new DecisionSet(deps);
    const decided = set.begin();
    expect(decided()).toBe(set.current);
    deps.inspector = { inUse: allowing('a'.repeat(64)), isUniform: true };
    expect(decided()).toBeNull();
    deps.inspector = { inUse: { ...noSources }, isUniform: true };
    expect(set.begin()()).toBe(set.current);
    expect(decided()).toBeNull();
    const [before, settings] = [set.begin(), { ...defaultSettings }];
    deps.settings = { isLoaded: true, current: settings };
    expect([before(), set.current]).toEqual([null, set.begin()()]);
  });
});
