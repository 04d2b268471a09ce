import { readConfig, runService } from '@sluice/runtime';
import { resultsConfigSchema } from './results.config.js';
import { startResults } from './start-results.js';

runService('results', () => startResults(readConfig(resultsConfigSchema)));
