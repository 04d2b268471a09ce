import { Inject, Injectable } from '@nestjs/common';
import type { Database } from '@sluice/database';
import type { SystemType } from '@sluice/contracts';
import { randomUUID } from 'node:crypto';
import { joinRegistration } from './join-registration.js';
import { RegistrationStore, type RegistrationFields } from './registration.store.js';
import { ChangeAnnouncer } from '../registry/change-announcer.js';
import { conflict, notFound } from '../api/api.errors.js';
import { databaseToken } from '../connections/connection-tokens.js';
import type { Caller } from '../api/caller.js';
import { actorOf, AuditStore } from '../audit/audit.store.js';
import {
  inTransaction,
  lockRequests,
  raiseRevision,
  type Queryable,
} from '../registry/registry-transaction.js';
import { toExternalSystem, type ExternalSystem, type SystemRow } from './external-system.js';
import { ExternalSystemQuery } from './external-system.query.js';
import type { PreRegistration, SystemChange } from './external-system.schema.js';

@Injectable()
export class ExternalSystemService {
  private readonly registrations = new RegistrationStore();

  constructor(
    @Inject(databaseToken) private readonly database: Database,
    private readonly systems: ExternalSystemQuery,
    private readonly audit: AuditStore,
    private readonly announcer: ChangeAnnouncer,
  ) {}

  /** Registers a pair before it calls: accepted at once, because an operator brought it. */
  async preRegister(caller: Caller, body: PreRegistration): Promise<ExternalSystem> {
    if (body.mailPolicy !== undefined) refuseUnlessMail(body.type);
    const id = randomUUID();
    return this.change(caller, 'external-system.pre-register', async (tx, revision) => {
      const decision = { decidedBy: caller.name, revision };
      await this.refuseKnownPair(tx, body);
      const open = await this.registrations.findOpen(tx, body.sensorId);
      const registration = await joinRegistration(this.registrations, tx, {
        ...body,
        mode: body.mode,
        isIdInUse: open !== null,
      });
      await this.insert(tx, { ...decision, id, registrationId: registration.id, body });
      if (open !== null && body.mode === 'replace')
        await this.registrations.replaceOthers(tx, {
          ...decision,
          registrationId: registration.id,
          keepId: id,
        });
      await this.registrations.change(tx, registration.id, {
        ...settingsOf(body),
        name: body.name,
        revision,
      });
      return { before: null, after: await this.require(tx, id) };
    });
  }

  async edit(caller: Caller, id: string, body: SystemChange): Promise<ExternalSystem> {
    // Its own word: what may pass unexamined is what an auditor looks for.
    const isPolicy = body.unexaminedPolicy !== undefined || body.mailPolicy !== undefined;
    const action = isPolicy ? 'external-system.change-policy' : 'external-system.change';
    return this.change(caller, action, async (tx, revision) => {
      await lock(tx, id);
      const before = await this.require(tx, id);
      if (body.mailPolicy !== undefined) refuseUnlessMail(body.type ?? before.type);
      if (before.registration_id === null) await this.editRequest(tx, before, body);
      else await this.registrations.change(tx, before.registration_id, { ...body, revision });
      return { before, after: await this.require(tx, id) };
    });
  }

  /** Forgets the certificate; its connections end when gateways hear of it. The next call is a new request. */
  async remove(caller: Caller, id: string): Promise<void> {
    await this.change(caller, 'external-system.delete', async (tx, revision) => {
      await lock(tx, id);
      const before = await this.require(tx, id);
      await tx.query('DELETE FROM registry.certificates WHERE id = $1', [id]);
      await tx.query('INSERT INTO registry.deleted_certificates (certificate_id, revision) VALUES ($1, $2)', [
        id,
        revision,
      ]);
      if (before.registration_id !== null) await this.registrations.closeIfEmpty(tx, before.registration_id);
      return { before, after: null };
    });
  }

  private async change<After extends SystemRow | null>(
    caller: Caller,
    action: string,
    apply: (tx: Queryable, revision: number) => Promise<{ before: SystemRow | null; after: After }>,
  ): Promise<After extends SystemRow ? ExternalSystem : null> {
    const { after, revision } = await inTransaction(this.database, async (tx) => {
      const revision = await raiseRevision(tx);
      const changed = await apply(tx, revision);
      const [before, after] = [changed.before, changed.after].map((row) =>
        row === null ? null : toExternalSystem(row),
      );
      const target = (changed.after ?? changed.before)?.sensor_id ?? null;
      await this.audit.record(tx, { actor: actorOf(caller), action, target, before, after });
      return { after, revision };
    });
    this.announcer.announce(revision);
    return after as After extends SystemRow ? ExternalSystem : null;
  }

  private async require(tx: Queryable, id: string): Promise<SystemRow> {
    const row = await this.systems.find(tx, id);
    if (row === null) throw notFound('external system');
    return row;
  }

  /** A request has no registration yet: only what it claimed can be corrected. */
  private async editRequest(tx: Queryable, row: SystemRow, body: SystemChange): Promise<void> {
    const early = Object.keys(settingsOf(body)).filter(
      (key) => body[key as keyof SystemChange] !== undefined,
    );
    if (early.length > 0)
      throw conflict(
        'accept the system first',
        Object.fromEntries(early.map((key) => [key, 'belongs to an accepted system'])),
      );
    await tx.query(
      `UPDATE registry.certificates SET claimed_name = coalesce($2, claimed_name), claimed_type = coalesce($3, claimed_type)
       WHERE id = $1`,
      [row.id, body.name ?? null, body.type ?? null],
    );
  }

  private async insert(
    tx: Queryable,
    row: { id: string; registrationId: string; decidedBy: string; revision: number; body: PreRegistration },
  ): Promise<void> {
    await tx.query(
      `INSERT INTO registry.certificates (id, sensor_id, fingerprint, state, registration_id, claimed_type, claimed_name,
         created_at, decided_by, decided_at, revision)
       VALUES ($1, $2, $3, 'accepted', $4, $5, $6, now(), $7, now(), $8)`,
      [
        row.id,
        row.body.sensorId,
        row.body.certificateFingerprint,
        row.registrationId,
        row.body.type,
        row.body.name ?? null,
        row.decidedBy,
        row.revision,
      ],
    );
  }

  /** The lock keeps sightings from adding the same pair in between. */
  private async refuseKnownPair(tx: Queryable, body: PreRegistration): Promise<void> {
    await tx.query(lockRequests);
    const { rows } = await tx.query(
      'SELECT FROM registry.certificates WHERE sensor_id = $1 AND fingerprint = $2',
      [body.sensorId, body.certificateFingerprint],
    );
    if (rows.length > 0)
      throw conflict('this ID with this certificate is in the list already', {
        certificateFingerprint: 'known',
      });
  }
}

const lock = (tx: Queryable, id: string) =>
  tx.query('SELECT FROM registry.certificates WHERE id = $1 FOR UPDATE', [id]);

function refuseUnlessMail(type: SystemType): void {
  if (type !== 'mail')
    throw conflict('only a mail sensor has a mail policy', { mailPolicy: 'belongs to a mail sensor' });
}

const settingsOf = ({
  answerFormat,
  alertsFeed,
  maxUnfinishedScans,
  unexaminedPolicy,
  mailPolicy,
}: RegistrationFields) => ({
  answerFormat,
  alertsFeed,
  maxUnfinishedScans,
  unexaminedPolicy,
  mailPolicy,
});
