import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A setting that someone set; one without a row has its default. */
@Entity({ schema: 'registry', name: 'settings' })
export class SettingEntity {
  @PrimaryColumn({ type: 'text' })
  key!: string;

  @Column({ type: 'jsonb' })
  value!: unknown;

  /** By the configuration: operators cannot change it. */
  @Column({ type: 'boolean', name: 'is_pinned', default: false })
  isPinned!: boolean;

  @Column({ type: 'bigint' })
  revision!: number;

  @Column({ type: 'text', name: 'updated_by' })
  updatedBy!: string;

  @Column({ type: 'timestamp with time zone', name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;
}
