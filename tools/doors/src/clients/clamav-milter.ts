import type { DoorClient } from '../door-client.js';
import { startPostfix } from './postfix.js';
import { startClamavMilter } from './start-clamav-milter.js';

/** ClamAV's own milter, which asks Sluice in place of its clamd. */
export const clamavMilter: DoorClient = {
  name: 'clamav-milter',
  title: 'clamav-milter behind Postfix',
  packages: ['clamav-milter'],
  expected: { clean: 'delivered', infected: 'refused', encrypted: 'deferred', away: 'deferred' },
  async start(arena) {
    const clamd = await arena.clamdSensor('clamd for mail servers');
    const milter = await startClamavMilter({
      folder: await arena.folder('clamav-milter'),
      cache: arena.cache,
      lines: arena.lines('clamd.md', 'clamav-milter.conf', { clamd }),
    });
    const mta = await startPostfix('clamav-milter', {
      smtpd_milters: `inet:127.0.0.1:${milter.port}`,
      milter_default_action: 'tempfail',
    });
    return {
      version: milter.version,
      meet: (occasion) => mta.meet(occasion),
      stop: async () => void (await Promise.all([mta.stop(), milter.program.stop()])),
    };
  },
};
