import { Inject, Injectable } from '@nestjs/common';
import type { Database } from '@sluice/database';
import { CauseHistoryStore } from '../health/cause-history.store.js';
import { HealthService } from '../health/health.service.js';
import { RescanKeptService } from '../quarantine/rescans/rescan-kept.service.js';
import { SettingsService } from '../settings/settings.service.js';
import { databaseToken } from '../connections/connection-tokens.js';
import { TokenStore } from '../operators/token.store.js';
import { LoadStore } from '../statistics/load.store.js';
import { AuditStore } from '../audit/audit.store.js';
import { SessionStore } from '../session/session.store.js';
import { ThrottleStore } from '../session/throttle.store.js';
import { SightingStore } from '../external-systems/sighting.store.js';
import { HostNameService } from '../external-systems/host-name.service.js';

export interface RegularTask {
  readonly name: string;
  readonly intervalMs: number;
  readonly run: () => Promise<void>;
}

/** A gateway that was away for longer loads the registry from nothing. */
const tombstoneDays = 7;

/** Those that keep something for a time only. */
@Injectable()
export class AccessStores {
  constructor(
    readonly audit: AuditStore,
    readonly sessions: SessionStore,
    readonly throttle: ThrottleStore,
    readonly tokens: TokenStore,
    readonly causes: CauseHistoryStore,
    readonly load: LoadStore,
  ) {}
}

@Injectable()
export class HousekeepingService {
  /** By the last look at the situation; until the first one it may be. */
  private isWaveRunning = true;

  constructor(
    @Inject(databaseToken) private readonly database: Database,
    private readonly settings: SettingsService,
    private readonly hostNames: HostNameService,
    private readonly sightings: SightingStore,
    private readonly health: HealthService,
    private readonly stores: AccessStores,
    private readonly rescans: RescanKeptService,
  ) {}

  /** All are conditional statements, so that several consoles may run them at once. */
  tasks(): RegularTask[] {
    return [
      { name: 'resolve host names', intervalMs: 10_000, run: () => this.hostNames.resolveSome() },
      { name: 'watch the situation', intervalMs: 5000, run: () => this.watch() },
      { name: 'scan kept objects again', intervalMs: 5000, run: () => this.rescan() },
      { name: 'clear away', intervalMs: 60_000, run: () => this.clearAway() },
    ];
  }

  /** What is asked every few seconds is asked once for all that follows from it. */
  private async watch(): Promise<void> {
    const situation = await this.health.watch();
    const { rescanWave } = situation;
    this.isWaveRunning = rescanWave !== null && rescanWave.endedAt === null;
    await this.settings.guardTestSignatures(situation);
  }

  private async rescan(): Promise<void> {
    if (this.isWaveRunning) await this.rescans.run();
  }

  async clearAway(): Promise<void> {
    const settings = await this.settings.current();
    await this.sightings.expire(this.database, settings);
    await this.stores.audit.purge(settings.auditRetentionDays);
    await this.stores.sessions.purge();
    await this.stores.throttle.purge();
    await this.stores.tokens.purge();
    await this.stores.causes.purge();
    await this.stores.load.purge();
    await this.purgeTombstones();
  }

  /** Readers that know less than the newest one purged start from nothing. */
  private async purgeTombstones(): Promise<void> {
    await this.database.query(
      `WITH gone AS (
         DELETE FROM registry.deleted_certificates WHERE at < now() - make_interval(days => $1) RETURNING revision)
       UPDATE registry.revision SET oldest_delta = greatest(oldest_delta, (SELECT max(revision) FROM gone))
       WHERE EXISTS (SELECT FROM gone)`,
      [tombstoneDays],
    );
  }
}
