import type { OperatorRole } from '@sluice/contracts';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { OperatorEntity } from './operator.entity.js';

@Entity({ schema: 'registry', name: 'tokens' })
export class TokenEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text', name: 'token_hash', select: false })
  tokenHash!: string;

  @Column({ type: 'text' })
  role!: OperatorRole;

  /** Null: it works from everywhere. */
  @Column({ type: 'cidr', array: true, name: 'address_ranges', nullable: true })
  addressRanges!: string[] | null;

  /** This machine's own: of no operator. */
  @Column({ type: 'boolean', name: 'is_local', default: false })
  isLocal!: boolean;

  @Column({ type: 'text', name: 'created_by' })
  createdBy!: string;

  /** In whole milliseconds, because it travels through cursors as such. */
  @Column({ type: 'timestamp with time zone', name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column({ type: 'timestamp with time zone', name: 'expires_at' })
  expiresAt!: Date;

  @Column({ type: 'timestamp with time zone', name: 'last_used_at', nullable: true })
  lastUsedAt!: Date | null;

  @Column({ type: 'timestamp with time zone', name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;

  @Column({ type: 'uuid', name: 'owner_id', nullable: true })
  ownerId!: string | null;

  /** Null: this machine's, or of someone deleted. */
  @ManyToOne(() => OperatorEntity)
  @JoinColumn({ name: 'owner_id' })
  owner?: OperatorEntity | null;
}
