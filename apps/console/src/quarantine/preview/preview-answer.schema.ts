import { mailPreviewSchema } from '@sluice/console-api';
import { z } from 'zod';

const { headers, parts, isCut } = mailPreviewSchema.shape;

/** The sandbox's answer is a stranger's word: it is checked, and bounded before it goes to a page. */
export const previewAnswerSchema = z.strictObject({
  headers: headers.max(200).readonly(),
  parts: parts.max(100).readonly(),
  isCut,
});
export type PreviewAnswer = z.infer<typeof previewAnswerSchema>;
