import { Inject, Injectable } from '@nestjs/common';
import type { Broker } from '@sluice/broker';
import { exchanges, registryHeartbeatMs, type RegistryEvent } from '@sluice/contracts';
import { readRow, type Database } from '@sluice/database';
import type { Logger } from '@sluice/runtime';
import { PeriodicWork } from '@sluice/timing';
import { z } from 'zod';
import { brokerToken, databaseToken, loggerToken } from '../connections/connection-tokens.js';

const valueRowSchema = z.object({ value: z.int() });

/** No one acts on an old one: the next comes within seconds. */
const expirationMs = 5000;
/** After one that was not sent: a change is to be noticed within a second. */
const retryMs = 250;

/**
 * Tells gateways and scanners how far the registry is: after each commit, and every four seconds. Losing one is harmless.
 * While the database is away nothing is said, and they go on with what they have, asking `results` themselves.
 */
@Injectable()
export class ChangeAnnouncer {
  private readonly beats: PeriodicWork;

  constructor(
    @Inject(databaseToken) private readonly database: Database,
    @Inject(brokerToken) private readonly broker: Pick<Broker, 'publish'>,
    @Inject(loggerToken) private readonly logger: Logger,
  ) {
    this.beats = new PeriodicWork({
      run: () => this.beat(),
      intervalMs: registryHeartbeatMs,
      retryMs,
      onFailure: (err) => this.logger.debug({ err }, 'heartbeat of the registry not sent'),
    });
  }

  start(): void {
    this.beats.start(registryHeartbeatMs);
  }

  stop(): Promise<void> {
    return this.beats.stop();
  }

  announce(revision: number): void {
    this.publish(revision).catch((err: unknown) => {
      this.logger.debug({ err }, 'event of the registry not sent');
      this.beats.wakeWithin(retryMs);
    });
  }

  private async beat(): Promise<void> {
    const answer = await this.database.query('SELECT value FROM registry.revision');
    const row = readRow(valueRowSchema, answer.rows);
    if (row !== null) await this.publish(row.value);
  }

  private publish(revision: number): Promise<void> {
    const message: RegistryEvent = { v: 1, revision };
    return this.broker.publish({
      exchange: exchanges.registry.name,
      routingKey: '',
      message,
      persistent: false,
      // No gateway and no scanner running is normal.
      mandatory: false,
      expirationMs,
    });
  }
}
