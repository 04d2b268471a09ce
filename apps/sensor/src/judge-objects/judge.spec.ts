import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { tmpdir } from 'node:os';
import type { GatewayAnswer } from '../ask-gateways/gateway-connection.js';
import { SpooledObject } from '../spool-objects/spooled-object.js';
import { Judge } from './judge.js';

const minuteMs = 60_000;
const holdMs = 4 * minuteMs;
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  jest.restoreAllMocks();
  for (const end of ends.splice(0)) await end();
});

/** A judge whose gateways say for the whole hold that the scan is not finished; `comesAt` tells how the mail was asked for. */
async function start() {
  let nowMs = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
  const content = await SpooledObject.from(bytes(), tmpdir());
  ends.push(() => content.close());
  const asked: string[] = [];
  const judge = new Judge({
    gateways: {
      askUntil: (requestFor, deadlineMs): Promise<GatewayAnswer> => {
        asked.push(requestFor(deadlineMs - nowMs).method);
        nowMs = deadlineMs;
        return Promise.resolve({ status: 202, text: '', retryAfterSeconds: null });
      },
    },
    registration: { sensorId: 'mail', type: 'mail', name: 'mail' },
    onFault: (problem) => {
      throw new Error(problem);
    },
  });
  const mail = {
    content,
    filename: 'message.eml',
    objectType: 'email',
    scanId: 'mail-1',
    fields: [],
  } as const;
  const comesAt = async (minute: number) => {
    nowMs = minute * minuteMs;
    await judge.judge({ ...mail, holdMs, signal: new AbortController().signal });
    return asked.at(-1);
  };
  return { comesAt };
}

async function* bytes() {
  yield Buffer.from('mail');
}

describe('Judge', () => {
  it('asks for a scan that was left within ten minutes of its beginning, then submits it anew', async () => {
    const { comesAt } = await start();
    expect(await comesAt(0)).toBe('POST');
    expect(await comesAt(5)).toBe('GET');
    // Left again at minute 9; what was accepted at minute 0 counts.
    expect(await comesAt(11)).toBe('POST');
    expect(await comesAt(20)).toBe('GET');
  });
});
