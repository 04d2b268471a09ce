import { access, readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseObjectKey } from '@sluice/contracts';
import { asOwner } from './as-owner.js';
import type { TestSystem } from './test-system.js';

/** What the object store of a system holds, beside what its ledger says. */
export class StoredFiles {
  constructor(private readonly system: TestSystem) {}

  rows<Row extends object>(sql: string, values: unknown[] = []): Promise<Row[]> {
    return asOwner(this.system, async (database) => (await database.query<Row>(sql, values)).rows);
  }

  /** Of the object with this key; others may be in it. */
  fileOf(key: string): string {
    const parsed = parseObjectKey(key);
    return path.join(
      this.root,
      key.slice(0, 2),
      parsed?.kind === 'shared' ? `${parsed.groupKey}.group` : key,
    );
  }

  async groups(): Promise<string[]> {
    return (await readdir(this.root, { recursive: true })).filter((name) => name.endsWith('.group'));
  }

  /** Keys of what is unfinished or kept and is not there. */
  async rowsWithoutBytes(): Promise<string[]> {
    const needed = await this.rows<{ key: string }>(
      `SELECT object_key AS key FROM ledger.scans WHERE state = 'processing' UNION SELECT object_key FROM ledger.kept_objects`,
    );
    const without: string[] = [];
    for (const { key } of needed) {
      const file = this.fileOf(key);
      // Kept ones are encrypted, beside their plain form.
      const isThere = (await exists(file)) || (await exists(`${file}.sealed`));
      if (!isThere) without.push(key);
    }
    return without;
  }

  /** Scans of objects that shared a file when they came. */
  async sharedScans(): Promise<number> {
    const [row] = await this.rows<{ n: number }>(
      `SELECT count(*)::integer AS n FROM ledger.scans WHERE object_key LIKE '%.%'`,
    );
    return row?.n ?? 0;
  }

  private get root(): string {
    return fileURLToPath(this.system.servers.objectStoreUrl);
  }
}

export const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
