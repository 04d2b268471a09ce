export { YaraEngine } from './yara.engine.js';
export type { RuleFile, RuleFiles } from './read-rule-files.js';
