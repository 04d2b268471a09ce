import type { CertificateState, SystemType } from '@sluice/contracts';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { RegistrationEntity } from './registration.entity.js';

/** A pair of an ID and a certificate that called, or that an operator registered. */
@Entity({ schema: 'registry', name: 'certificates' })
export class CertificateEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text', name: 'sensor_id' })
  sensorId!: string;

  /** SHA-256, 64 lowercase digits. */
  @Column({ type: 'text' })
  fingerprint!: string;

  @Column({ type: 'text' })
  state!: CertificateState;

  @Column({ type: 'uuid', name: 'registration_id', nullable: true })
  registrationId!: string | null;

  @Column({ type: 'text', name: 'claimed_type' })
  claimedType!: SystemType;

  @Column({ type: 'text', name: 'claimed_name', nullable: true })
  claimedName!: string | null;

  @Column({ type: 'text', nullable: true })
  subject!: string | null;

  @Column({ type: 'timestamp with time zone', name: 'not_before', nullable: true })
  notBefore!: Date | null;

  @Column({ type: 'timestamp with time zone', name: 'not_after', nullable: true })
  notAfter!: Date | null;

  @Column({ type: 'timestamp with time zone', name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column({ type: 'timestamp with time zone', name: 'first_seen_at', nullable: true })
  firstSeenAt!: Date | null;

  @Column({ type: 'timestamp with time zone', name: 'last_seen_at', nullable: true })
  lastSeenAt!: Date | null;

  @Column({ type: 'inet', name: 'first_address', nullable: true })
  firstAddress!: string | null;

  @Column({ type: 'inet', name: 'last_address', nullable: true })
  lastAddress!: string | null;

  @Column({ type: 'integer', name: 'last_answer', nullable: true })
  lastAnswer!: number | null;

  @Column({ type: 'text', name: 'tls_version', nullable: true })
  tlsVersion!: string | null;

  @Column({ type: 'text', name: 'host_name', nullable: true })
  hostName!: string | null;

  /** The address the host name was found for. */
  @Column({ type: 'inet', name: 'host_name_address', nullable: true })
  hostNameAddress!: string | null;

  @Column({ type: 'timestamp with time zone', name: 'host_name_at', nullable: true })
  hostNameAt!: Date | null;

  @Column({ type: 'text', name: 'decided_by', nullable: true })
  decidedBy!: string | null;

  @Column({ type: 'timestamp with time zone', name: 'decided_at', nullable: true })
  decidedAt!: Date | null;

  /** Of the registry, when it changed last: gateways ask for what is above the one they have. */
  @Column({ type: 'bigint' })
  revision!: number;

  @ManyToOne(() => RegistrationEntity)
  @JoinColumn({ name: 'registration_id' })
  registration?: RegistrationEntity | null;
}
