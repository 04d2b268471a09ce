import { Inject, Injectable } from '@nestjs/common';
import { openObjectStore, type ObjectStore } from '@sluice/object-store';
import type { Logger } from '@sluice/runtime';
import type { ConsoleConfig } from '../console.config.js';
import { configToken, loggerToken } from '../connections/connection-tokens.js';
import type { StoreSpace } from './situation.js';

/** Free space of the objects' store, where the console has it. */
@Injectable()
export class StoreSpaceQuery {
  private store: Promise<ObjectStore> | null = null;

  constructor(
    @Inject(configToken)
    private readonly config: Pick<ConsoleConfig, 'OBJECT_STORE_URL' | 'OBJECT_STORE_RESERVE_BYTES'>,
    @Inject(loggerToken) private readonly logger: Logger,
  ) {}

  /** Null when it cannot be measured here; a store that is away is the gateways' to report. */
  async read(): Promise<StoreSpace | null> {
    const { OBJECT_STORE_URL: url, OBJECT_STORE_RESERVE_BYTES: reserveBytes } = this.config;
    if (url === undefined) return null;
    try {
      const store = await (this.store ??= openObjectStore(url, { isReadOnly: true }));
      return { freeBytes: await store.freeBytes(), reserveBytes };
    } catch (err) {
      this.store = null;
      this.logger.debug({ err }, 'free space of the object store not measured');
      return null;
    }
  }
}
