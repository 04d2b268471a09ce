import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { statusSchema, type ServiceName } from '@sluice/contracts';
import { LedgerFixture } from '../testing/ledger-fixture.js';
import { queryShares } from './shares-files.service.js';

let ledger: LedgerFixture;
beforeAll(async () => {
  ledger = await LedgerFixture.create(2);
});
afterAll(() => ledger.close());
beforeEach(() => ledger.clear());

const report = (service: ServiceName, instance: string, readsSharedKeys = true) =>
  ledger.reportScanner({ service, instance, readsSharedKeys });
const shares = () => queryShares(ledger.database);

describe('gateways may put objects together', () => {
  it('while a scanner reports that it reads them', async () => {
    expect(await shares()).toBe(false);
    await report('results', 'r');
    expect(await shares()).toBe(false);
    await report('scanner', 's');
    expect(await shares()).toBe(true);
  });

  it.each(['scanner', 'results', 'console', 'notifier'] as const)(
    'not while a %s of the release before is there, nor in the minute after its last report',
    async (service) => {
      await report('scanner', 's');
      await report(service, 'old', false);
      // As it reports itself: without a word of it.
      await ledger.rows(
        `UPDATE ledger.instances SET status = status - 'readsSharedKeys' WHERE instance = 'old'`,
      );
      expect(await shares()).toBe(false);
      await ledger.rows(
        `UPDATE ledger.instances SET seen_at = seen_at - interval '59 s' WHERE instance = 'old'`,
      );
      expect(await shares()).toBe(false);
      await ledger.rows(
        `UPDATE ledger.instances SET seen_at = seen_at - interval '2 s' WHERE instance = 'old'`,
      );
      expect(await shares()).toBe(true);
    },
  );

  it('whatever gateways read: they read no objects', async () => {
    await report('scanner', 's');
    await report('gateway', 'old', false);
    expect(await shares()).toBe(true);
  });

  it('not while no scanner has been heard of for a minute', async () => {
    await report('scanner', 's');
    await ledger.rows(`UPDATE ledger.instances SET seen_at = seen_at - interval '61 s'`);
    expect(await shares()).toBe(false);
  });

  it('says a report of the release before nothing of', () => {
    expect(statusSchema.shape.readsSharedKeys.parse(undefined)).toBe(false);
  });
});
