import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { timeZoneState } from '../texts/formats.js';
import { fromLocal, toLocal, whichOfTwo } from './local-time.js';

/** On 2026-10-25 clocks in Berlin go from 03:00 back to 02:00: 02:30 is 00:30 and 01:30 UTC. */
const [summer, winter] = ['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z'];

describe('a time in the zone of the page', () => {
  beforeEach(() => timeZoneState.set('Europe/Berlin'));
  afterEach(() => timeZoneState.set(undefined));

  it('is shown in that zone, and read back as the same moment on any day', () => {
    expect(toLocal('2026-07-01T10:00:00Z')).toBe('2026-07-01T12:00');
    for (const at of ['2026-07-01T10:00:00.000Z', '2026-01-01T10:00:00.000Z', '2026-10-25T01:00:00.000Z'])
      expect(fromLocal(toLocal(at), 'from', at)).toBe(at);
  });

  it('stays the same moment in the hour that comes twice', () => {
    for (const at of [summer, winter]) {
      expect(toLocal(at)).toBe('2026-10-25T02:30');
      expect(fromLocal('2026-10-25T02:30', 'from', at)).toBe(at);
      expect(fromLocal('2026-10-25T02:30', 'until', at)).toBe(at);
    }
    expect(fromLocal('2026-10-25T02:31', 'from', winter)).toBe('2026-10-25T01:31:00.000Z');
    expect(fromLocal('2026-10-25T02:29', 'until', summer)).toBe('2026-10-25T00:29:00.000Z');
  });

  it.each([null, '2026-10-20T10:00:00.000Z'])(
    'holds the whole of that hour when set anew, after %s',
    (before) => {
      expect(fromLocal('2026-10-25T02:30', 'from', before)).toBe(summer);
      expect(fromLocal('2026-10-25T02:30', 'until', before)).toBe(winter);
    },
  );

  it('says which of the two it is, and nothing at any other time', () => {
    expect(whichOfTwo(summer)).toBe('first');
    expect(whichOfTwo(winter)).toBe('second');
    for (const at of [null, '', '2026-10-25T02:00:00Z', '2026-07-01T10:00:00Z'])
      expect(whichOfTwo(at)).toBeNull();
  });

  it('takes a time that is skipped as one after the change', () => {
    expect(fromLocal('2026-03-29T02:30', 'from', null)).toBe('2026-03-29T01:30:00.000Z');
  });

  it('works where clocks go back by half an hour, and where they never do', () => {
    timeZoneState.set('Australia/Lord_Howe');
    const [first, second] = ['2026-04-04T14:45:00.000Z', '2026-04-04T15:15:00.000Z'];
    for (const at of [first, second]) {
      expect(toLocal(at)).toBe('2026-04-05T01:45');
      expect(fromLocal('2026-04-05T01:45', 'from', at)).toBe(at);
    }
    timeZoneState.set('Asia/Tokyo');
    expect(fromLocal('2026-10-25T02:30', 'until', null)).toBe('2026-10-24T17:30:00.000Z');
  });

  it('is none when the field is empty', () => {
    expect(fromLocal('', 'from', winter)).toBeNull();
    expect(toLocal(null)).toBe('');
    expect(toLocal('yesterday')).toBe('');
  });
});
