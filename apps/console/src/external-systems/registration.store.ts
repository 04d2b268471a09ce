import {
  unexaminedReasons,
  type ClamdPolicyChange,
  type MailPolicyChange,
  type PolicyChange,
  type SystemType,
} from '@sluice/contracts';
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { IsNull, Not } from 'typeorm';
import type { Transaction } from '../registry/registry-transaction.js';
import { CertificateEntity } from './certificate.entity.js';
import { DeletedCertificateEntity } from './deleted-certificate.entity.js';
import { RegistrationEntity } from './registration.entity.js';

export interface Registration {
  readonly id: string;
  readonly type: SystemType;
}

export interface RegistrationFields {
  readonly name?: string | null | undefined;
  readonly type?: SystemType | undefined;
  readonly answerFormat?: 'actual' | 'documented' | undefined;
  readonly alertsFeed?: 'own' | 'all' | 'none' | undefined;
  /** Undefined: as it is; null: no limit of its own. */
  readonly maxUnfinishedScans?: number | null | undefined;
  /** Reasons that are not in it stay as they are. */
  readonly unexaminedPolicy?: PolicyChange | undefined;
  /** Fields that are not in it stay as they are, those that are null are left to the listener. */
  readonly mailPolicy?: MailPolicyChange | undefined;
  /** In the same way. */
  readonly clamdPolicy?: ClamdPolicyChange | undefined;
}

export interface Decision {
  readonly decidedBy: string;
  readonly revision: number;
}

/** Statements on registrations and their certificates. All run in a transaction that has raised the revision. */
export class RegistrationStore {
  findOpen(tx: Transaction, sensorId: string): Promise<Registration | null> {
    return tx.entities.findOneBy(RegistrationEntity, { sensorId, closedAt: IsNull() });
  }

  async open(tx: Transaction, sensorId: string, type: SystemType): Promise<Registration> {
    const id = randomUUID();
    await tx.entities.insert(RegistrationEntity, { id, sensorId, type });
    return { id, type };
  }

  /** Raises the revision of all its certificates: gateways hear of it as changes of those. */
  async change(
    tx: Transaction,
    id: string,
    fields: RegistrationFields & { revision: number },
  ): Promise<void> {
    const { name, type, answerFormat, alertsFeed, maxUnfinishedScans, unexaminedPolicy, revision } = fields;
    const { mailPolicy, clamdPolicy } = fields;
    const changed = {
      // No name given is no change, as a form that leaves it out.
      ...(name !== undefined && name !== null && { name }),
      ...(type !== undefined && { type }),
      ...(answerFormat !== undefined && { answerFormat }),
      ...(alertsFeed !== undefined && { alertsFeed }),
      ...(maxUnfinishedScans !== undefined && { maxUnfinishedScans }),
      ...(unexaminedPolicy !== undefined && (await this.changedPolicy(tx, id, unexaminedPolicy))),
      ...(mailPolicy !== undefined && (await this.changedMailPolicy(tx, id, mailPolicy))),
      ...(clamdPolicy !== undefined && (await this.changedClamdPolicy(tx, id, clamdPolicy))),
    };
    if (Object.keys(changed).length > 0) await tx.entities.update(RegistrationEntity, id, changed);
    await tx.entities.update(CertificateEntity, { registrationId: id }, { revision });
  }

  /** Kept without what is `error` anyway, so that the version grows only when something becomes different. */
  private async changedPolicy(tx: Transaction, id: string, change: PolicyChange) {
    const { unexaminedPolicy: before, unexaminedPolicyVersion: version } = await tx.entities.findOneByOrFail(
      RegistrationEntity,
      { id },
    );
    const after = { ...before, ...change };
    const kept = unexaminedReasons.filter((reason) => (after[reason] ?? 'error') !== 'error');
    if (unexaminedReasons.every((reason) => (before[reason] ?? 'error') === (after[reason] ?? 'error')))
      return {};
    return {
      unexaminedPolicy: Object.fromEntries(kept.map((reason) => [reason, after[reason]])),
      unexaminedPolicyVersion: version + 1,
    };
  }

  private async changedMailPolicy(tx: Transaction, id: string, change: MailPolicyChange) {
    const before = await tx.entities.findOneByOrFail(RegistrationEntity, { id });
    const mailPolicy = chosenFields(before.mailPolicy, change);
    return mailPolicy === null ? {} : { mailPolicy, mailPolicyVersion: before.mailPolicyVersion + 1 };
  }

  private async changedClamdPolicy(tx: Transaction, id: string, change: ClamdPolicyChange) {
    const before = await tx.entities.findOneByOrFail(RegistrationEntity, { id });
    const clamdPolicy = chosenFields(before.clamdPolicy, change);
    return clamdPolicy === null ? {} : { clamdPolicy, clamdPolicyVersion: before.clamdPolicyVersion + 1 };
  }

  /** The accepted certificates of a registration but one become `replaced`. */
  async replaceOthers(
    tx: Transaction,
    change: Decision & { registrationId: string; keepId: string },
  ): Promise<void> {
    const { registrationId, keepId, decidedBy, revision } = change;
    await tx.entities.update(
      CertificateEntity,
      { registrationId, id: Not(keepId), state: 'accepted' },
      { state: 'replaced', decidedBy, decidedAt: () => 'now()', revision },
    );
  }

  /** When its last certificate is gone it is closed: a later system with the same ID sees nothing of it. */
  async closeIfEmpty(tx: Transaction, id: string): Promise<void> {
    if (await tx.entities.existsBy(CertificateEntity, { registrationId: id })) return;
    await tx.entities.update(RegistrationEntity, { id, closedAt: IsNull() }, { closedAt: () => 'now()' });
  }

  /** Sightings change rows without the revision's lock (expiry of pending ones): this keeps the row as it is read next. */
  async lockCertificate(tx: Transaction, id: string): Promise<void> {
    await tx.entities.findOne(CertificateEntity, { where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  /** Forgotten, and noted for gateways that ask what has changed. */
  async removeCertificate(tx: Transaction, certificateId: string, revision: number): Promise<void> {
    await tx.entities.delete(CertificateEntity, certificateId);
    await tx.entities.insert(DeletedCertificateEntity, { certificateId, revision });
  }
}

/** What is chosen after a change. Null when nothing becomes different: the version grows only then. */
function chosenFields<Policy extends object>(before: Policy, change: Policy): Policy | null {
  const chosen = Object.entries({ ...before, ...change }).filter(
    ([, value]) => value !== null && value !== undefined,
  );
  const after = Object.fromEntries(chosen) as Policy;
  return isDeepStrictEqual(before, after) ? null : after;
}
