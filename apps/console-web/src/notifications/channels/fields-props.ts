import type { Channel } from '../channel.js';
import type { FieldProblems } from '../field-problems.js';
import type { ChannelDraft } from './channel-draft.js';

/** Of the fields of one kind of channel. */
export interface FieldsProps {
  readonly draft: ChannelDraft;
  /** Null: it is made. */
  readonly channel: Channel | null;
  readonly problems: FieldProblems;
  readonly onChange: (part: Partial<ChannelDraft>) => void;
}
