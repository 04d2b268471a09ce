import type { RulePreview, StoredRule } from '@sluice/console-api';

export type { RulePreview, StoredRule };

export type PreviewedAlert = RulePreview['matched'][number];
/** By the kind of the channel. */
export type RuleExample = NonNullable<RulePreview['example']>;
