import { mailPreviewSchema } from '@sluice/console-api';
import { z } from 'zod';

const { headers, parts, isCut } = mailPreviewSchema.shape;

/** What comes out of the sandbox, validated as any stranger's word: so much of it and no more goes to a page. */
export const previewAnswerSchema = z.strictObject({
  headers: headers.max(200).readonly(),
  parts: parts.max(100).readonly(),
  isCut,
});
export type PreviewAnswer = z.infer<typeof previewAnswerSchema>;
