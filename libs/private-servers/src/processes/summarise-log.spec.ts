import { describe, expect, it } from 'vitest';
import { restartDelayMs } from './restart-delay.js';
import { summariseLog } from './summarise-log.js';

describe('summariseLog', () => {
  it('takes the last line that tells of a fault, not what follows it', () =>
    expect(summariseLog('starting\nFATAL: lock file exists\nHINT: look around\n')).toBe(
      'FATAL: lock file exists',
    ));
  it('skips the stack and the version that Node prints after an error', () =>
    expect(summariseLog('Error: no such module\n    at load (x.js:1)\n\nNode.js v20.20.2\n')).toBe(
      'Error: no such module',
    ));
  it('reads message and cause of a JSON line', () =>
    expect(summariseLog('{"level":60,"msg":"cannot start","err":{"message":"port taken"}}\n')).toBe(
      'cannot start: port taken',
    ));
  it('says so when there is nothing', () => expect(summariseLog('\n')).toBe('it said nothing'));
});

describe('restartDelayMs', () => {
  it('doubles from half a second up to half a minute', () =>
    expect([1, 2, 3, 6, 7, 8, 100].map(restartDelayMs)).toEqual([
      500, 1000, 2000, 16_000, 30_000, 30_000, 30_000,
    ]));
});
