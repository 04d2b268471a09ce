import { Column, Entity, JoinColumn, OneToOne, PrimaryColumn, type Relation } from 'typeorm';
import { OperatorEntity } from './operator.entity.js';

@Entity({ schema: 'registry', name: 'second_factors' })
export class SecondFactorEntity {
  @PrimaryColumn({ type: 'uuid', name: 'operator_id' })
  operatorId!: string;

  /** Only the check of a code asks for it. */
  @Column({ type: 'text', select: false })
  secret!: string;

  /** Null: begun, and asked for at no sign-in yet. */
  @Column({ type: 'timestamp with time zone', name: 'confirmed_at', nullable: true })
  confirmedAt!: Date | null;

  /** Codes of this step and of earlier ones are used up. */
  @Column({ type: 'bigint', name: 'last_step', default: 0 })
  lastStep!: number;

  @OneToOne(() => OperatorEntity, (operator) => operator.secondFactor)
  @JoinColumn({ name: 'operator_id' })
  operator?: Relation<OperatorEntity>;
}
