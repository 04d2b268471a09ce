import type { RuleMatch } from '@sluice/notifications';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { ChannelEntity } from '../channels/channel.entity.js';

@Entity({ schema: 'deliveries', name: 'rules' })
export class RuleEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  /** Unique whatever the case of its letters: the index is on `lower(name)`. */
  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'boolean', name: 'is_enabled' })
  isEnabled!: boolean;

  @Column({ type: 'uuid', name: 'channel_id' })
  channelId!: string;

  /** Of mails alone. */
  @Column({ type: 'text', array: true })
  recipients!: string[];

  @Column({ type: 'text', nullable: true })
  subject!: string | null;

  @Column({ type: 'jsonb' })
  match!: RuleMatch;

  /** 0: each alert at once. */
  @Column({ type: 'integer', name: 'digest_minutes' })
  digestMinutes!: number;

  @Column({ type: 'integer', name: 'max_per_hour', nullable: true })
  maxPerHour!: number | null;

  @Column({ type: 'timestamp with time zone', name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column({ type: 'timestamp with time zone', name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;

  @ManyToOne(() => ChannelEntity)
  @JoinColumn({ name: 'channel_id' })
  channel?: ChannelEntity;
}
