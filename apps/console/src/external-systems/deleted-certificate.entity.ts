import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Kept for a while, so that gateways that ask for changes hear of it. */
@Entity({ schema: 'registry', name: 'deleted_certificates' })
export class DeletedCertificateEntity {
  @PrimaryColumn({ type: 'uuid', name: 'certificate_id' })
  certificateId!: string;

  @Column({ type: 'bigint' })
  revision!: number;

  @Column({ type: 'timestamp with time zone', default: () => 'now()' })
  at!: Date;
}
