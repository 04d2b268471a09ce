import type { ClamdPolicyChange, MailPolicyChange, PolicyChange, SystemType } from '@sluice/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An external system as it was accepted; its certificates come and go. One of an ID is open. */
@Entity({ schema: 'registry', name: 'registrations' })
export class RegistrationEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text', name: 'sensor_id' })
  sensorId!: string;

  @Column({ type: 'text' })
  type!: SystemType;

  @Column({ type: 'text', nullable: true })
  name!: string | null;

  @Column({ type: 'text', name: 'answer_format', default: 'actual' })
  answerFormat!: 'actual' | 'documented';

  @Column({ type: 'text', name: 'alerts_feed', default: 'own' })
  alertsFeed!: 'own' | 'all' | 'none';

  /** Null: the limit of the settings holds. */
  @Column({ type: 'integer', name: 'max_unfinished_scans', nullable: true })
  maxUnfinishedScans!: number | null;

  @Column({ type: 'timestamp with time zone', name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  /** Its last certificate was deleted then: a later system with the same ID sees nothing of it. */
  @Column({ type: 'timestamp with time zone', name: 'closed_at', nullable: true })
  closedAt!: Date | null;

  /** Without what is `error` anyway. */
  @Column({ type: 'jsonb', name: 'unexamined_policy', default: {} })
  unexaminedPolicy!: PolicyChange;

  /** Grows when the policy becomes different, and only then. */
  @Column({ type: 'integer', name: 'unexamined_policy_version', default: 0 })
  unexaminedPolicyVersion!: number;

  /** Of a mail sensor: what is not in it is left to the listener. */
  @Column({ type: 'jsonb', name: 'mail_policy', default: {} })
  mailPolicy!: MailPolicyChange;

  /** As that of the other policy. */
  @Column({ type: 'integer', name: 'mail_policy_version', default: 0 })
  mailPolicyVersion!: number;

  /** Of a sensor with a clamd listener, in the same way. */
  @Column({ type: 'jsonb', name: 'clamd_policy', default: {} })
  clamdPolicy!: ClamdPolicyChange;

  @Column({ type: 'integer', name: 'clamd_policy_version', default: 0 })
  clamdPolicyVersion!: number;
}
