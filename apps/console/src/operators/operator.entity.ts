import type { OperatorRole } from '@sluice/contracts';
import { Column, Entity, OneToOne, PrimaryColumn, type Relation } from 'typeorm';
import { SecondFactorEntity } from './second-factor.entity.js';

@Entity({ schema: 'registry', name: 'operators' })
export class OperatorEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  /** Unique whatever the case of its letters: the index is on `lower(username)`. */
  @Column({ type: 'text' })
  username!: string;

  @Column({ type: 'text' })
  role!: OperatorRole;

  /** Only the sign-in asks for it. */
  @Column({ type: 'text', name: 'password_hash', select: false })
  passwordHash!: string;

  /** The one that lies in the file `admin-password`. */
  @Column({ type: 'boolean', name: 'is_first_password', default: false })
  isFirstPassword!: boolean;

  /** Someone else than the operator chose it. */
  @Column({ type: 'boolean', name: 'is_given_password', default: false })
  isGivenPassword!: boolean;

  @Column({ type: 'boolean', name: 'is_disabled', default: false })
  isDisabled!: boolean;

  /** In quarantine, with a reason each time; no role has it by itself. */
  @Column({ type: 'boolean', name: 'can_read_mail', default: false })
  canReadMail!: boolean;

  @Column({ type: 'timestamp with time zone', name: 'password_changed_at', default: () => 'now()' })
  passwordChangedAt!: Date;

  @Column({ type: 'timestamp with time zone', name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column({ type: 'timestamp with time zone', name: 'last_sign_in_at', nullable: true })
  lastSignInAt!: Date | null;

  @OneToOne(() => SecondFactorEntity, (factor) => factor.operator)
  secondFactor?: Relation<SecondFactorEntity> | null;
}
