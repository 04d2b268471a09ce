import { describe, expect, it } from 'vitest';
import { whyNoPostfix } from '@sluice/tool-launcher';
import { until } from '../until.js';
import { RealPostfix } from './real-postfix.js';
import { serverKeys } from './server-keys.js';

const reason = whyNoPostfix();
if (reason !== null) console.warn(`LEFT OUT, a Postfix of one's own: ${reason}`);
const withPostfix = reason === null ? describe : describe.skip;

withPostfix('a Postfix of one’s own', () => {
  // As it would of a name that its configuration has twice; of several of these it hangs.
  it('has nothing to complain of when it starts, whatever was set and set anew', async () => {
    const settings = { myhostname: 'mail.example.com', mynetworks: '127.0.0.0/8' };
    const postfix = await RealPostfix.start({ keys: await serverKeys(), mailboxes: [], settings });
    const startedTimes = (times: number) =>
      until(async () => (await postfix.log()).split('daemon started').length > times);
    try {
      await startedTimes(1);
      await postfix.goAway();
      await postfix.configure({ myhostname: 'mail.example.net' });
      await postfix.comeBack();
      await startedTimes(2);
      const log = await postfix.log();
      expect(log.split('\n').filter((line) => /warning:|fatal:|error:/.test(line))).toEqual([]);
    } finally {
      await postfix.stop();
    }
  });
});
