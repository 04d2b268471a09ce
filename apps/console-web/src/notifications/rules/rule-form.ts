import type { UseFormReturnType } from '@mantine/form';
import type { RuleDraft } from './rule-draft.js';

export type RuleForm = UseFormReturnType<RuleDraft>;
