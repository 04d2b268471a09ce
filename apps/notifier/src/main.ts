import { readConfig, runService } from '@sluice/runtime';
import { notifierConfigSchema } from './notifier.config.js';
import { startNotifier } from './start-notifier.js';

runService('notifier', () => startNotifier(readConfig(notifierConfigSchema)));
