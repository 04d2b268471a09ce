import type { RulePreview as PreviewAnswer, StoredRule } from '@sluice/console-api';

export type { StoredRule };

export type RulePreview = Omit<PreviewAnswer, 'example'> & { readonly example: RuleExample | null };
export type PreviewedAlert = PreviewAnswer['matched'][number];
/** Null where no alert fits; by the kind of the channel. */
export type RuleExample =
  | { readonly form: 'mail'; readonly subject: string; readonly text: string; readonly html: string }
  | { readonly form: 'cef' | 'json'; readonly text: string };
