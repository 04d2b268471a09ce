import { Inject, Injectable } from '@nestjs/common';
import type { Broker } from '@sluice/broker';
import { exchanges, registryHeartbeatMs, type RegistryEvent } from '@sluice/contracts';
import { readRow, type Database } from '@sluice/database';
import type { Logger } from '@sluice/runtime';
import { z } from 'zod';
import { brokerToken, databaseToken, loggerToken } from '../connections/connection-tokens.js';

const valueRowSchema = z.object({ value: z.int() });

/** No one acts on an old one: the next comes within a second. */
const expirationMs = 5000;

/**
 * Tells gateways and scanners how far the registry is: after each commit, and each second. Losing one is harmless.
 * While the database is away nothing is said, and they go on with what they have, asking `results` themselves.
 */
@Injectable()
export class ChangeAnnouncer {
  private timer: NodeJS.Timeout | undefined;
  private isBusy = false;

  constructor(
    @Inject(databaseToken) private readonly database: Database,
    @Inject(brokerToken) private readonly broker: Pick<Broker, 'publish'>,
    @Inject(loggerToken) private readonly logger: Logger,
  ) {}

  start(): void {
    this.timer = setInterval(() => void this.beat(), registryHeartbeatMs);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  announce(revision: number): void {
    void this.publish(revision);
  }

  private async beat(): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    try {
      const answer = await this.database.query('SELECT value FROM registry.revision');
      const row = readRow(valueRowSchema, answer.rows);
      if (row !== null) await this.publish(row.value);
    } catch (err) {
      this.logger.debug({ err }, 'heartbeat of the registry not sent');
    } finally {
      this.isBusy = false;
    }
  }

  private async publish(revision: number): Promise<void> {
    const message: RegistryEvent = { v: 1, revision };
    try {
      await this.broker.publish({
        exchange: exchanges.registry.name,
        routingKey: '',
        message,
        persistent: false,
        // No gateway and no scanner running is normal.
        mandatory: false,
        expirationMs,
      });
    } catch (err) {
      this.logger.debug({ err }, 'event of the registry not sent');
    }
  }
}
