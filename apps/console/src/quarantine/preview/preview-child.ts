import { previewMail } from '@sluice/containers';
import { serveTasks } from '@sluice/sandbox/child';
import type { PreviewAnswer } from './preview-answer.schema.js';

/** The inside of the sandbox: the only code of the console that parses mail. */
await serveTasks(
  () =>
    (_request, content): PreviewAnswer =>
      previewMail(content),
);
