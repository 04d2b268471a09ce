export { BackOff, backOffMs, type BackOffOptions } from './back-off.js';
export { Deadline } from './deadline.js';
export { PeriodicWork, type PeriodicWorkOptions } from './periodic-work.js';
export { pollUntil, until, type PollOptions } from './until.js';
export { within } from './within.js';
