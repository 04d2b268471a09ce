import { Injectable } from '@nestjs/common';
import type { PreRegistration, SystemChange } from '@sluice/console-api/requests';
import type { SystemType } from '@sluice/contracts';
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { joinRegistration } from './join-registration.js';
import { CertificateEntity } from './certificate.entity.js';
import { RegistrationStore, type RegistrationFields } from './registration.store.js';
import { ChangeAnnouncer } from '../registry/change-announcer.js';
import { conflict, notFound } from '../api/api.errors.js';
import type { Caller } from '../api/caller.js';
import { actorOf, AuditStore } from '../audit/audit.store.js';
import {
  inTransaction,
  lockRequests,
  raiseRevision,
  type Transaction,
} from '../registry/registry-transaction.js';
import { toExternalSystem, type ExternalSystem, type SystemRow } from './external-system.js';
import { ExternalSystemQuery } from './external-system.query.js';

@Injectable()
export class ExternalSystemService {
  private readonly registrations = new RegistrationStore();

  constructor(
    private readonly dataSource: DataSource,
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
    const policies = [body.unexaminedPolicy, body.mailPolicy, body.clamdPolicy];
    const action = policies.some((one) => one !== undefined)
      ? 'external-system.change-policy'
      : 'external-system.change';
    return this.change(caller, action, async (tx, revision) => {
      await this.registrations.lockCertificate(tx, id);
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
      await this.registrations.lockCertificate(tx, id);
      const before = await this.require(tx, id);
      await this.registrations.removeCertificate(tx, id, revision);
      if (before.registration_id !== null) await this.registrations.closeIfEmpty(tx, before.registration_id);
      return { before, after: null };
    });
  }

  private async change<After extends SystemRow | null>(
    caller: Caller,
    action: string,
    apply: (tx: Transaction, revision: number) => Promise<{ before: SystemRow | null; after: After }>,
  ): Promise<After extends SystemRow ? ExternalSystem : null> {
    const { after, revision } = await inTransaction(this.dataSource, async (tx) => {
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

  private async require(tx: Transaction, id: string): Promise<SystemRow> {
    const row = await this.systems.find(tx, id);
    if (row === null) throw notFound('external system');
    return row;
  }

  /** A request has no registration yet: only what it claimed can be corrected. */
  private async editRequest(tx: Transaction, row: SystemRow, body: SystemChange): Promise<void> {
    const early = Object.keys(settingsOf(body)).filter(
      (key) => body[key as keyof SystemChange] !== undefined,
    );
    if (early.length > 0)
      throw conflict(
        'accept the system first',
        Object.fromEntries(early.map((key) => [key, 'belongs to an accepted system'])),
      );
    const { name, type } = body;
    const claimed = {
      ...(name !== undefined && { claimedName: name }),
      ...(type !== undefined && { claimedType: type }),
    };
    if (Object.keys(claimed).length > 0) await tx.entities.update(CertificateEntity, row.id, claimed);
  }

  private async insert(
    tx: Transaction,
    row: { id: string; registrationId: string; decidedBy: string; revision: number; body: PreRegistration },
  ): Promise<void> {
    const { body, ...decided } = row;
    await tx.entities.insert(CertificateEntity, {
      ...decided,
      sensorId: body.sensorId,
      fingerprint: body.certificateFingerprint,
      state: 'accepted',
      claimedType: body.type,
      claimedName: body.name ?? null,
      decidedAt: () => 'now()',
    });
  }

  /** The lock keeps sightings from adding the same pair in between. */
  private async refuseKnownPair(tx: Transaction, body: PreRegistration): Promise<void> {
    await tx.query(lockRequests);
    const { sensorId, certificateFingerprint: fingerprint } = body;
    if (await tx.entities.existsBy(CertificateEntity, { sensorId, fingerprint }))
      throw conflict('this ID with this certificate is in the list already', {
        certificateFingerprint: 'known',
      });
  }
}

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
  clamdPolicy,
}: RegistrationFields) => ({
  answerFormat,
  alertsFeed,
  maxUnfinishedScans,
  unexaminedPolicy,
  mailPolicy,
  clamdPolicy,
});
