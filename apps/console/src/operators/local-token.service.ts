import { Inject, Injectable } from '@nestjs/common';
import { isIP } from 'node:net';
import { DataSource } from 'typeorm';
import type { ConsoleConfig } from '../console.config.js';
import { configToken } from '../connections/connection-tokens.js';
import { readOptionalFile, writePrivateFile } from './first-password-file.js';
import { AuditStore, systemActor } from '../audit/audit.store.js';
import { makeSecret } from './secret-value.js';
import { TokenStore } from './token.store.js';
import { inTransaction } from '../registry/registry-transaction.js';

const localTokenDays = 365;
/** Made anew at a start when less is left. */
const renewDays = 30;

/** The token this machine's command line uses: of role administrator, readable by this user, usable from this machine. */
@Injectable()
export class LocalTokenService {
  constructor(
    @Inject(configToken) private readonly config: Pick<ConsoleConfig, 'LOCAL_TOKEN_FILE' | 'CONSOLE_HOST'>,
    private readonly dataSource: DataSource,
    private readonly tokens: TokenStore,
    private readonly audit: AuditStore,
  ) {}

  async ensure(): Promise<void> {
    const file = this.config.LOCAL_TOKEN_FILE;
    if (file === undefined) return;
    const present = await readOptionalFile(file);
    if (present !== null && (await this.tokens.isValidLocal(present, renewDays))) return;
    const secret = `sluice_${makeSecret()}`;
    await inTransaction(this.dataSource, async (tx) => {
      const token = await this.tokens.add(tx, {
        name: 'command line of this machine',
        role: 'administrator',
        expiresAt: new Date(Date.now() + localTokenDays * 86_400_000).toISOString(),
        addressRanges: this.ownAddresses(),
        secret,
        createdBy: systemActor.name,
        isLocal: true,
        ownerId: null,
      });
      await this.audit.record(tx, {
        actor: systemActor,
        action: 'token.add',
        target: token.name,
        after: token,
      });
      // Inside: when it cannot be written, there is no such token.
      await writePrivateFile(file, `${secret}\n`);
    });
  }

  /** Whoever connects to the address the console listens on from this machine comes from that address. */
  private ownAddresses(): string[] {
    const loopback = ['127.0.0.0/8', '::1/128'];
    const host = this.config.CONSOLE_HOST;
    const isSpecific = isIP(host) !== 0 && host !== '0.0.0.0' && host !== '::';
    return isSpecific ? [...loopback, host] : loopback;
  }
}
