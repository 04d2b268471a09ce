import type { Importance, SystemType } from '@sluice/contracts';
import type { Rule } from '@sluice/notifications';

/** As `GET /api/notification-rules` tells it. */
export interface StoredRule extends Rule {
  readonly id: string;
  readonly channelName: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** What `POST /api/notification-rules/preview` answers. */
export interface RulePreview {
  readonly looked: number;
  readonly matched: readonly PreviewedAlert[];
  readonly example: RuleExample | null;
}
export interface PreviewedAlert {
  readonly alertId: number;
  readonly createdAt: string;
  readonly importance: Importance;
  readonly detected: readonly string[];
  readonly objectName: string | null;
  readonly system: string;
  readonly type: SystemType;
}
export type RuleExample =
  | { readonly form: 'mail'; readonly subject: string; readonly text: string; readonly html: string }
  | { readonly form: 'cef' | 'json'; readonly text: string };
