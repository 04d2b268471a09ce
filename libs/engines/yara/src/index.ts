export { YaraEngine } from './yara.engine.js';
export { readRuleFiles, type RuleFile, type RuleFiles } from './read-rule-files.js';
