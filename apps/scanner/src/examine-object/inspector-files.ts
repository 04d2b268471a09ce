import { readListFile } from '@sluice/engine-hash-lists';
import { readRuleFiles } from '@sluice/engine-yara/rule-files';
import type { InspectorConfig } from '../inspection/inspection.schema.js';

/** Where rules and lists are; null: none are configured. */
export interface InspectorFiles {
  readonly rulesFolder: string | null;
  readonly denyFile: string | null;
  readonly allowFile: string | null;
}

/** As they are now; what cannot be read is said in its place. */
export const readInspectorFiles = ({
  rulesFolder,
  denyFile,
  allowFile,
}: InspectorFiles): InspectorConfig => ({
  rules: rulesFolder === null ? { files: [], problems: [] } : readRuleFiles(rulesFolder),
  deny: readListFile(denyFile),
  allow: readListFile(allowFile),
});
