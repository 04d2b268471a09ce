import { beforeAll, describe, expect, it } from 'vitest';
import { whyNoPostfix } from '@sluice/tool-launcher';
import { killCount, runMailChaos, type MailChaosReport } from './run-mail-chaos.js';

const reason = whyNoPostfix();
if (reason !== null)
  console.warn(`LEFT OUT, mail through a real Postfix while everything is killed: ${reason}`);
const withPostfix = reason === null ? describe : describe.skip;
const mails = 20 * killCount;

withPostfix.each(['quarantine', 'hold'] as const)(
  'mail through a real Postfix while every process is killed in turn, with a policy of %s',
  (keeping) => {
    let report: MailChaosReport;
    beforeAll(async () => {
      report = await runMailChaos({ mails, keeping, log: () => undefined });
    }, 900_000);

    it('is delivered, held or refused to its sender: all of it, and nothing that is infected delivered', () => {
      expect(report.problems).toEqual([]);
      expect(report.delivered + report.held + report.refused).toBe(mails);
      expect(report.killed).toHaveLength(killCount);
    });
    it('arrives when it is released, all that Sluice alone has', () =>
      expect(report.released).toBe(keeping === 'hold' ? report.held : 0));
    it('is there twice only where its sender never read the answer', () =>
      expect(report.duplicates).toBeLessThanOrEqual(report.unread));
  },
);
