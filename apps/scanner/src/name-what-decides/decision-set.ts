import { createHash } from 'node:crypto';
import type { Engine, EngineStatus, SettingKey, Settings } from '@sluice/contracts';
import type { PartEngineSources } from '../inspection/part-engines.js';

/** Settings that no verdict depends on, or that are judged when a verdict is told again. Every other one decides. */
const settingsThatDoNotDecide = [
  'maximumMailPriority',
  'maxObjectSize',
  'maxConcurrentScans',
  'maxUnfinishedScansPerSystem',
  'maxUnfinishedScansPerMailSystem',
  'heavyObjectBytes',
  'resultRetentionDays',
  'quarantineRetentionDays',
  'quarantineMaxBytes',
  'expiredHeldMail',
  'alertRetentionDays',
  'auditRetentionDays',
  'maxSignatureAgeHours',
  'allowTestSignatures',
  'reuseVerdictsMinutes',
  'shareVerdicts',
  'rescanKept',
  'rescanInFlight',
  'rescanKeptDays',
  'releaseTicketMinutes',
  'integrationRequests',
  'maxPendingRequests',
  'maxPendingRequestsPerAddress',
  'pendingRequestHours',
] as const satisfies readonly SettingKey[];
const withoutSay: ReadonlySet<string> = new Set(settingsThatDoNotDecide);

export interface DecisionSetDeps {
  /** Null: not known. */
  readonly code: () => string | null;
  readonly engines: readonly Pick<Engine, 'name' | 'versionsInUse'>[];
  readonly watch: { readonly isHealthy: boolean; readonly statuses: ReadonlyMap<string, EngineStatus> };
  readonly inspector: { readonly inUse: PartEngineSources; readonly isUniform: boolean };
  readonly settings: { readonly isLoaded: boolean; readonly current: Settings };
  /** Null: no one said where signatures lie. */
  readonly signatures: { readonly state: string | null } | null;
}

/**
 * All that decides on a verdict here, as one name: two scans of the same bytes under the same name end alike. It is made
 * anew only when something it is made of is another one.
 */
export class DecisionSet {
  private madeOf: readonly unknown[] = [];
  private name: string | null = null;
  private rulesOf: PartEngineSources | null = null;
  private rules = '';

  constructor(private readonly deps: DecisionSetDeps) {}

  /**
   * Null while it cannot be said: an engine is broken or being exchanged, rules or lists are, settings or signatures are not
   * known.
   */
  get current(): string | null {
    const { code, watch, inspector, settings, signatures } = this.deps;
    const build = code();
    if (build === null || !watch.isHealthy || !settings.isLoaded || !this.isOneVersion()) return null;
    if (!inspector.isUniform || (signatures !== null && signatures.state === null)) return null;
    const parts = [build, watch.statuses, inspector.inUse, settings.current, signatures?.state ?? null];
    if (!parts.every((part, index) => part === this.madeOf[index])) {
      this.name = this.make(build);
      this.madeOf = parts;
    }
    return this.name;
  }

  /**
   * For one scan; what it gives is asked when the scan has ended: the name of what decided all along. Null: it cannot be
   * said, or something else decided meanwhile, also when it is the same again by then.
   */
  begin(): () => string | null {
    const { deps } = this;
    const [name, inUse, settings] = [this.current, deps.inspector.inUse, deps.settings.current];
    const isSame = (): boolean =>
      this.current === name && deps.inspector.inUse === inUse && deps.settings.current === settings;
    return () => (isSame() ? name : null);
  }

  /** Behind one address may be several, and one may just have loaded others than its last test says. */
  private isOneVersion(): boolean {
    const { engines, watch } = this.deps;
    return engines.every(({ name, versionsInUse }) => {
      const tested = watch.statuses.get(name)?.version;
      return versionsInUse === undefined || versionsInUse().every((version) => version === tested);
    });
  }

  private make(build: string): string {
    const { watch, inspector, settings, signatures } = this.deps;
    const statuses = [...watch.statuses.values()].map(({ rejectedUpdate: _, ...status }) => status);
    const deciding = Object.entries(settings.current).filter(([key]) => !withoutSay.has(key));
    const all = [
      build,
      statuses,
      this.rulesDigest(inspector.inUse),
      deciding.sort(),
      signatures?.state ?? null,
    ];
    return digest(JSON.stringify(all)).slice(0, 32);
  }

  /** Lists may have many megabytes: read once for each that is adopted. */
  private rulesDigest(sources: PartEngineSources): string {
    if (sources !== this.rulesOf) {
      this.rulesOf = sources;
      this.rules = digest(JSON.stringify(sources));
    }
    return this.rules;
  }
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
