import type { ChannelKind } from '@sluice/notifications';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity({ schema: 'deliveries', name: 'channels' })
export class ChannelEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  /** Unique whatever the case of its letters: the index is on `lower(name)`. */
  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text' })
  kind!: ChannelKind;

  /** By the kind's own schema; never a secret. */
  @Column({ type: 'jsonb' })
  settings!: object;

  @Column({ type: 'timestamp with time zone', name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column({ type: 'timestamp with time zone', name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;
}
