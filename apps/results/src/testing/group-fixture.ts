import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { groupKeyOf, type AcceptItem } from '@sluice/contracts';
import type { Database } from '@sluice/database';
import type { ObjectStore } from '@sluice/object-store';
import { createLogger } from '@sluice/runtime';
import { acceptItems } from '../accept-scans/accept-scans.query.js';
import { KeepObjects } from '../keep-objects/keep-objects.service.js';
import { prepareVerdict } from '../record-verdicts/prepare-verdict.js';
import { recordItems } from '../record-verdicts/record-verdicts.query.js';
import { CopyOut, type CopyOutDeps } from '../sweep-groups/copy-out.service.js';
import { closingAfterMs, SweepGroups } from '../sweep-groups/sweep-groups.service.js';
import { itemOf, verdictOf, type LedgerFixture, type System } from './ledger-fixture.js';
import type { ObjectFolder } from './object-folder.js';

const silent = createLogger({ service: 'test', instance: 't', level: 'silent' });

/** What one instance of `results` does with groups, its clock in the test's hand. */
export class GroupsInstance {
  private nowMs = 0;
  readonly sweep: SweepGroups;
  readonly copies: CopyOut;

  constructor(parts: {
    readonly database: Database;
    readonly store: CopyOutDeps['store'] & Pick<ObjectStore, 'deleteGroup' | 'listGroups'>;
    readonly logger?: CopyOutDeps['logger'];
  }) {
    const deps = { logger: silent, ...parts, nowMs: () => this.nowMs };
    this.sweep = new SweepGroups(deps);
    this.copies = new CopyOut({ ...deps, note: this.sweep.note });
  }

  pass(ms = closingAfterMs): void {
    this.nowMs += ms;
  }

  async copyAll(): Promise<void> {
    while ((await this.copies.isAnyDue()) && (await this.copies.copy()));
  }

  async sweepAll(): Promise<void> {
    while ((await this.sweep.isAnyDue()) && (await this.sweep.sweep()));
  }
}

/** Scans whose objects share files, in a real store and a real ledger. */
export class GroupFixture {
  constructor(
    readonly ledger: LedgerFixture,
    readonly folder: ObjectFolder,
    readonly system: System,
  ) {}

  /** The objects of one group, on their way to be accepted. */
  async arrive(...contents: readonly string[]): Promise<AcceptItem[]> {
    const keys = await this.folder.putTogether(...contents);
    return keys.map((objectKey, n) =>
      itemOf(this.system, {
        objectKey,
        sizeBytes: Buffer.byteLength(contents[n] ?? ''),
        sha256: createHash('sha256')
          .update(contents[n] ?? '')
          .digest('hex'),
      }),
    );
  }

  async accept(...items: readonly AcceptItem[]): Promise<string[]> {
    const { outcomes } = await acceptItems(this.ledger.database.query, items);
    return outcomes.map(({ outcome }) => outcome);
  }

  async conclude(item: AcceptItem, outcome: 'clean' | 'infected' | 'error'): Promise<void> {
    await recordItems(this.ledger.database.query, [prepareVerdict(verdictOf(item, outcome))]);
  }

  /** One detected, one clean, one that is not accepted: the neighbours of what is kept. */
  async keepOne(): Promise<{ bad: AcceptItem; all: AcceptItem[] }> {
    const all = await this.arrive('bad bytes', 'clean bytes', 'refused bytes');
    const [bad, clean, refused] = all;
    if (bad === undefined || clean === undefined || refused === undefined) throw new Error('three');
    const outcomes = await this.accept(bad, clean, { ...refused, fingerprint: '0'.repeat(64) });
    expect(outcomes).toEqual(['accepted', 'accepted', 'not-accepted']);
    await this.conclude(bad, 'infected');
    await this.conclude(clean, 'clean');
    return { bad, all };
  }

  /** All is well with what `keepOne` kept: it can be read from a file of its own, and nothing else is left of the group. */
  async expectCopied(): Promise<void> {
    const { ledger, folder } = this;
    const kept = await this.keptBytes();
    expect(kept.map(({ bytes }) => bytes)).toEqual(['bad bytes']);
    expect(kept.map(({ key }) => groupKeyOf(key))).toEqual([null]);
    expect(await folder.groups()).toEqual([]);
    expect((await folder.stored()).plain).toContain(kept[0]?.key);
    await new KeepObjects(ledger.database, folder.store, silent).sweepOrphans(0);
    expect((await folder.stored()).plain).toEqual([kept[0]?.key]);
    expect(await this.rowsWithoutBytes()).toEqual([]);
  }

  /** Every reader of a moment ago is done, by the database's clock. */
  async readersAreDone(): Promise<void> {
    await this.ledger.rows(`UPDATE ledger.group_files SET closed_at = closed_at - interval '11 s'`);
  }

  /** All there is to do, from what the store and the ledger alone say: what an instance does that was just started. */
  async tidyUp(instance: GroupsInstance): Promise<void> {
    await instance.copyAll();
    await instance.sweep.find(0);
    instance.pass();
    await instance.sweepAll();
    await this.readersAreDone();
    instance.pass();
    await instance.sweepAll();
  }

  /** What the rows say is there and is not. */
  async rowsWithoutBytes(): Promise<string[]> {
    const rows = await this.ledger.rows<{ key: string; size: number }>(
      `SELECT object_key AS key, size_bytes AS size FROM ledger.scans WHERE state = 'processing'
       UNION SELECT object_key, size_bytes FROM ledger.kept_objects`,
    );
    const without: string[] = [];
    for (const { key, size } of rows)
      await this.folder.store.readWhole(key, size).then(
        (bytes) => bytes.length !== size && without.push(key),
        () => without.push(key),
      );
    return without;
  }

  async keptBytes(): Promise<{ key: string; bytes: string }[]> {
    const rows = await this.ledger.rows<{ key: string; size: number }>(
      'SELECT object_key AS key, size_bytes AS size FROM ledger.kept_objects ORDER BY seq',
    );
    return Promise.all(
      rows.map(async ({ key, size }) => ({
        key,
        bytes: (await this.folder.store.readWhole(key, size)).toString(),
      })),
    );
  }
}
