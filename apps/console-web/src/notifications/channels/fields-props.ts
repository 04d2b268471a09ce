import type { UseFormReturnType } from '@mantine/form';
import type { Channel } from '../channel.js';
import type { ChannelDraft } from './channel-draft.js';

export type ChannelForm = UseFormReturnType<ChannelDraft>;

/** Of the fields of one kind of channel. */
export interface FieldsProps {
  readonly form: ChannelForm;
  /** Null: it is made. */
  readonly channel: Channel | null;
}
