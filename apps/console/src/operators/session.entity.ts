import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Who is signed in. The cookie's value is nowhere, only its hash. */
@Entity({ schema: 'registry', name: 'sessions' })
export class SessionEntity {
  @PrimaryColumn({ type: 'text', name: 'id_hash' })
  idHash!: string;

  @Column({ type: 'uuid', name: 'operator_id' })
  operatorId!: string;

  @Column({ type: 'inet', nullable: true })
  address!: string | null;

  @Column({ type: 'timestamp with time zone', name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column({ type: 'timestamp with time zone', name: 'last_used_at', default: () => 'now()' })
  lastUsedAt!: Date;

  @Column({ type: 'timestamp with time zone', name: 'expires_at' })
  expiresAt!: Date;
}
