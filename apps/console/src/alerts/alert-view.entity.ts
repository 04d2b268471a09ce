import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { OperatorEntity } from '../operators/operator.entity.js';

@Entity({ schema: 'registry', name: 'alert_views' })
export class AlertViewEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'uuid', name: 'owner_id' })
  ownerId!: string;

  @Column({ type: 'text' })
  name!: string;

  /** The filter as it stands in a page's address. */
  @Column({ type: 'text' })
  query!: string;

  @Column({ type: 'boolean', name: 'is_shared' })
  isShared!: boolean;

  @Column({ type: 'timestamp with time zone', name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @ManyToOne(() => OperatorEntity)
  @JoinColumn({ name: 'owner_id' })
  owner?: OperatorEntity;
}
