import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity({ schema: 'deliveries', name: 'channel_secrets' })
export class ChannelSecretEntity {
  @PrimaryColumn({ type: 'uuid', name: 'channel_id' })
  channelId!: string;

  @PrimaryColumn({ type: 'text' })
  name!: string;

  /** Goes in and never comes out: the console's role may not read it. */
  @Column({ type: 'text', select: false })
  sealed!: string;
}
