import { Injectable } from '@nestjs/common';
import type { MailPolicyChange, PolicyChange, SystemType } from '@sluice/contracts';
import { randomUUID } from 'node:crypto';
import type { Queryable } from '../registry/registry-transaction.js';

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
}

/** Statements on registrations and their certificates. All run in a transaction that has raised the revision. */
@Injectable()
export class RegistrationStore {
  async findOpen(tx: Queryable, sensorId: string): Promise<Registration | null> {
    const { rows } = await tx.query<Registration>(
      'SELECT id, type FROM registry.registrations WHERE sensor_id = $1 AND closed_at IS NULL',
      [sensorId],
    );
    return rows[0] ?? null;
  }

  async open(tx: Queryable, sensorId: string, type: SystemType): Promise<Registration> {
    const id = randomUUID();
    await tx.query('INSERT INTO registry.registrations (id, sensor_id, type) VALUES ($1, $2, $3)', [
      id,
      sensorId,
      type,
    ]);
    return { id, type };
  }

  /** Raises the revision of all its certificates: gateways hear of it as changes of those. */
  async change(tx: Queryable, id: string, fields: RegistrationFields & { revision: number }): Promise<void> {
    await tx.query(
      `UPDATE registry.registrations SET
         name = coalesce($2, name),
         type = coalesce($3, type),
         answer_format = coalesce($4, answer_format),
         alerts_feed = coalesce($5, alerts_feed),
         max_unfinished_scans = CASE WHEN $6 THEN $7 ELSE max_unfinished_scans END
       WHERE id = $1`,
      [
        id,
        fields.name ?? null,
        fields.type ?? null,
        fields.answerFormat ?? null,
        fields.alertsFeed ?? null,
        fields.maxUnfinishedScans !== undefined,
        fields.maxUnfinishedScans ?? null,
      ],
    );
    if (fields.unexaminedPolicy !== undefined) await this.changePolicy(tx, id, fields.unexaminedPolicy);
    if (fields.mailPolicy !== undefined) await this.changeMailPolicy(tx, id, fields.mailPolicy);
    await tx.query('UPDATE registry.certificates SET revision = $2 WHERE registration_id = $1', [
      id,
      fields.revision,
    ]);
  }

  /** Kept without what is `error` anyway, so that the version grows only when something becomes different. */
  private async changePolicy(tx: Queryable, id: string, change: PolicyChange): Promise<void> {
    await tx.query(
      `UPDATE registry.registrations r SET
         unexamined_policy = chosen.policy, unexamined_policy_version = r.unexamined_policy_version + 1
       FROM (
         SELECT o.id, coalesce(jsonb_object_agg(e.key, e.value) FILTER (WHERE e.value <> '"error"'), '{}') AS policy
         FROM registry.registrations o LEFT JOIN jsonb_each(o.unexamined_policy || $2::jsonb) e ON true
         WHERE o.id = $1 GROUP BY o.id
       ) chosen
       WHERE r.id = chosen.id AND r.unexamined_policy <> chosen.policy`,
      [id, JSON.stringify(change)],
    );
  }

  /** The version grows only when something becomes different. */
  private async changeMailPolicy(tx: Queryable, id: string, change: MailPolicyChange): Promise<void> {
    await tx.query(
      `UPDATE registry.registrations r SET mail_policy = chosen.policy, mail_policy_version = r.mail_policy_version + 1
       FROM (SELECT id, jsonb_strip_nulls(mail_policy || $2::jsonb) AS policy FROM registry.registrations) chosen
       WHERE r.id = $1 AND chosen.id = r.id AND r.mail_policy <> chosen.policy`,
      [id, JSON.stringify(change)],
    );
  }

  /** The accepted certificates of a registration but one become `replaced`. */
  async replaceOthers(
    tx: Queryable,
    change: Decision & { registrationId: string; keepId: string },
  ): Promise<void> {
    await tx.query(
      `UPDATE registry.certificates
       SET state = 'replaced', decided_by = $3, decided_at = now(), revision = $4
       WHERE registration_id = $1 AND id <> $2 AND state = 'accepted'`,
      [change.registrationId, change.keepId, change.decidedBy, change.revision],
    );
  }

  /** When its last certificate is gone it is closed: a later system with the same ID sees nothing of it. */
  async closeIfEmpty(tx: Queryable, id: string): Promise<void> {
    await tx.query(
      `UPDATE registry.registrations SET closed_at = now()
       WHERE id = $1 AND closed_at IS NULL
         AND NOT EXISTS (SELECT FROM registry.certificates WHERE registration_id = $1)`,
      [id],
    );
  }
}

export interface Decision {
  readonly decidedBy: string;
  readonly revision: number;
}
