import { Injectable } from '@nestjs/common';
import type { Acceptance, Rejection } from '@sluice/console-api/requests';
import { DataSource } from 'typeorm';
import { ChangeAnnouncer } from '../registry/change-announcer.js';
import { conflict, notFound } from '../api/api.errors.js';
import type { Caller } from '../api/caller.js';
import { ExternalSystemQuery } from './external-system.query.js';
import { toExternalSystem, type ExternalSystem, type SystemRow } from './external-system.js';
import { actorOf, AuditStore } from '../audit/audit.store.js';
import { inTransaction, raiseRevision, type Transaction } from '../registry/registry-transaction.js';
import { joinRegistration } from './join-registration.js';
import { CertificateEntity } from './certificate.entity.js';
import { RegistrationStore } from './registration.store.js';

/**
 * An operator's decision about a certificate.
 *
 * | state    | accept                                   | reject                  |
 * |----------|------------------------------------------|-------------------------|
 * | pending  | accepted; a registration is made or joined | rejected              |
 * | rejected | accepted                                 | 409                     |
 * | accepted | 409                                      | rejected, cut off       |
 * | replaced | 409                                      | 409                     |
 */
@Injectable()
export class AcceptanceService {
  private readonly registrations = new RegistrationStore();

  constructor(
    private readonly dataSource: DataSource,
    private readonly systems: ExternalSystemQuery,
    private readonly audit: AuditStore,
    private readonly announcer: ChangeAnnouncer,
  ) {}

  accept(caller: Caller, id: string, seen: Acceptance): Promise<ExternalSystem> {
    return this.decide(caller, { id, action: 'external-system.accept' }, async (tx, row, revision) => {
      const { certificateFingerprint } = seen;
      assertAsSeen(row, { certificateFingerprint, states: ['pending', 'rejected'] });
      const registration = await joinRegistration(this.registrations, tx, {
        sensorId: row.sensor_id,
        type: seen.type,
        mode: seen.mode,
        isIdInUse: row.is_id_in_use,
      });
      const decision = { decidedBy: caller.name, revision };
      await setState(tx, { ...decision, id, state: 'accepted', registrationId: registration.id });
      if (row.is_id_in_use && seen.mode === 'replace')
        await this.registrations.replaceOthers(tx, {
          ...decision,
          registrationId: registration.id,
          keepId: id,
        });
      const isJoined = row.is_id_in_use || row.registration_id === registration.id;
      const name = seen.name ?? (isJoined ? undefined : row.name);
      await this.registrations.change(tx, registration.id, { name, type: seen.type, revision });
    });
  }

  reject(caller: Caller, id: string, seen: Rejection): Promise<ExternalSystem> {
    return this.decide(caller, { id, action: 'external-system.reject' }, async (tx, row, revision) => {
      assertAsSeen(row, { ...seen, states: ['pending', 'accepted'] });
      const registrationId = row.registration_id;
      await setState(tx, { id, state: 'rejected', registrationId, decidedBy: caller.name, revision });
    });
  }

  private async decide(
    caller: Caller,
    what: { id: string; action: string },
    apply: (tx: Transaction, row: SystemRow, revision: number) => Promise<void>,
  ): Promise<ExternalSystem> {
    const { after, revision } = await inTransaction(this.dataSource, async (tx) => {
      const revision = await raiseRevision(tx);
      await this.registrations.lockCertificate(tx, what.id);
      const row = await this.systems.find(tx, what.id);
      if (row === null) throw notFound('external system');
      await apply(tx, row, revision);
      const changed = await this.systems.find(tx, what.id);
      const [before, after] = [toExternalSystem(row), toExternalSystem(changed ?? row)];
      const { action } = what;
      await this.audit.record(tx, { actor: actorOf(caller), action, target: row.sensor_id, before, after });
      return { after, revision };
    });
    this.announcer.announce(revision);
    return after;
  }
}

function assertAsSeen(
  row: SystemRow,
  seen: { certificateFingerprint?: string | undefined; states: readonly string[] },
): void {
  const fields: Record<string, string> = {};
  if (!seen.states.includes(row.state)) fields['state'] = `is ${row.state} now`;
  if (seen.certificateFingerprint !== undefined && seen.certificateFingerprint !== row.fingerprint)
    fields['certificateFingerprint'] = 'is another one';
  if (Object.keys(fields).length > 0) throw conflict('changed since you loaded it; reload', fields);
}

type StateChange = Pick<CertificateEntity, 'id' | 'registrationId' | 'revision'> & {
  readonly state: 'accepted' | 'rejected';
  readonly decidedBy: string;
};

async function setState(tx: Transaction, { id, ...change }: StateChange): Promise<void> {
  await tx.entities.update(CertificateEntity, id, { ...change, decidedAt: () => 'now()' });
}
