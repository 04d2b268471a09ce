import { Inject, Injectable } from '@nestjs/common';
import type { Database } from '@sluice/database';
import type { Logger } from '@sluice/runtime';
import { schemaProblem } from '@sluice/schema';
import { SettingsService } from '../settings/settings.service.js';
import { databaseToken, loggerToken } from '../connections/connection-tokens.js';
import { FirstAdministratorService } from '../operators/first-administrator.service.js';
import { LocalTokenService } from '../operators/local-token.service.js';

const retryMs = 1000;

/**
 * What a start needs from the database: a schema new enough, the pinned settings, somebody who can sign in. Tried until
 * it is done, because the database or its migration may come later than this process; until then it is not ready.
 */
@Injectable()
export class PreparationService {
  private problem: string | null = 'not prepared yet';
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;

  constructor(
    @Inject(databaseToken) private readonly database: Database,
    @Inject(loggerToken) private readonly logger: Logger,
    private readonly settings: SettingsService,
    private readonly administrator: FirstAdministratorService,
    private readonly localToken: LocalTokenService,
  ) {}

  /** Calls `onDone` once. */
  begin(onDone: () => void): void {
    void this.attempt().then((problem) => {
      if (this.isStopped) return;
      if (problem === null) onDone();
      else this.timer = setTimeout(() => this.begin(onDone), retryMs);
    });
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  /** A readiness check. */
  assertDone(): void {
    if (this.problem !== null) throw new Error(this.problem);
  }

  private async attempt(): Promise<string | null> {
    const problem = await this.prepare().catch((err: unknown) => {
      this.logger.debug({ err }, 'preparation failed');
      return err instanceof Error ? err.message : String(err);
    });
    if (problem !== null && problem !== this.problem)
      this.logger.warn({ problem }, 'not prepared yet, trying again');
    return (this.problem = problem);
  }

  private async prepare(): Promise<string | null> {
    const problem = await schemaProblem((sql) => this.database.query(sql));
    if (problem !== null) return problem;
    await this.settings.applyConfiguration();
    await this.administrator.ensure();
    await this.localToken.ensure();
    return null;
  }
}
