import { BackOff, within } from '@sluice/timing';
import pg from 'pg';
import type { DatabaseLogger } from './database.js';

export interface AnnouncementsOptions {
  readonly connection: pg.ClientConfig;
  /** As `pg_notify` names it. */
  readonly channel: string;
  /** Something was announced; also on every connection, because what was announced before it was not heard. */
  readonly onAnnounced: () => void;
  readonly logger: DatabaseLogger;
}

const pauses = { firstMs: 500, longestMs: 5000 };
const endMs = 1000;

/**
 * Hears what transactions announce when they commit, on a connection of its own that is made again when it is lost. One that
 * is lost unnoticed, or leads to a pooler that shares connections by the transaction, hears nothing: whoever listens looks by
 * itself as well, now and then.
 */
export class Announcements {
  private client: pg.Client | null = null;
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;
  private readonly backOff = new BackOff(pauses);

  constructor(private readonly options: AnnouncementsOptions) {}

  start(): this {
    void this.connect();
    return this;
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    const { client } = this;
    this.client = null;
    // A frozen server does not say that it has ended.
    if (client !== null) await within(endMs, client.end()).catch(() => undefined);
  }

  private async connect(): Promise<void> {
    const { connection, channel, onAnnounced } = this.options;
    const client = new pg.Client(connection);
    this.client = client;
    client.on('notification', () => onAnnounced());
    client.on('error', (err) => this.lost(client, err));
    client.on('end', () => this.lost(client, new Error('the server ended the connection')));
    try {
      await client.connect();
      await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
    } catch (err) {
      this.lost(client, err);
      return;
    }
    this.backOff.reset();
    if (this.client === client) onAnnounced();
  }

  private lost(client: pg.Client, err: unknown): void {
    if (this.client !== client) return;
    this.client = null;
    this.options.logger.warn(
      { err, channel: this.options.channel },
      'announcements are not heard, connecting again',
    );
    client.end().catch(() => undefined);
    if (!this.isStopped) this.timer = setTimeout(() => void this.connect(), this.backOff.nextMs());
  }
}
