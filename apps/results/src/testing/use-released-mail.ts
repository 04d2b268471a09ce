import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { ledgerRpc, type AcceptItem, type Verdict } from '@sluice/contracts';
import { AcceptScans } from '../accept-scans/accept-scans.service.js';
import { prepareVerdict } from '../record-verdicts/prepare-verdict.js';
import { RecordVerdicts } from '../record-verdicts/record-verdicts.service.js';
import { ReleaseMail, type ReleaseMailRequest } from '../release-mail/release-mail.service.js';
import { queryReport } from '../report-scans/report.query.js';
import { noSharedFiles } from './files-of-their-own.js';
import { itemOf, LedgerFixture, verdictOf, type System } from './ledger-fixture.js';

export const [anna, berta] = ['anna@example.org', 'berta@example.org'];
export const hash = () => randomBytes(32).toString('hex');
export const letThrough = { state: 'not detected', stateBefore: 'detect' };
export const stopped = { state: 'detect', stateBefore: null };

/** One mail that its sensor sends again and again, and operators release. */
export class ReleasedMail {
  ledger!: LedgerFixture;
  records!: RecordVerdicts;
  releases!: ReleaseMail;
  sensor!: System;
  mail!: { sha256: string; mailDigest: string };

  addOperator = (username: string, since = '10 days') =>
    this.ledger.rows(
      `INSERT INTO registry.operators (id, username, role, password_hash, created_at)
       VALUES (gen_random_uuid(), $1, 'security-officer', '', now() - $2::interval)`,
      [username, since],
    );

  addToken = (name: string, owner: string) =>
    this.ledger.rows(
      `INSERT INTO registry.tokens (id, name, token_hash, role, created_by, created_at, expires_at, owner_id)
       SELECT gen_random_uuid(), $1, gen_random_uuid(), 'security-officer', $2, now() - interval '1 hour', now() + interval '1 day', id
       FROM registry.operators WHERE username = $2`,
      [name, owner],
    );

  mailItem = (changes: Partial<AcceptItem> = {}) =>
    itemOf(this.sensor, {
      objectType: 'email',
      mailFrom: 'joerg@example.com',
      rcptTo: [anna],
      ...this.mail,
      ...changes,
    });

  /** Sent by its sensor and scanned; what its caller is answered. */
  comes = async (changes: Partial<AcceptItem> = {}, outcome: Verdict['outcome'] = 'infected') => {
    const item = this.mailItem(changes);
    const [accepted] = await new AcceptScans(this.ledger.database).accept([item]);
    await this.records.record(prepareVerdict(verdictOf(item, outcome)));
    const report = await this.report(item);
    return {
      item,
      accepted: accepted?.outcome,
      report,
      answer: { state: report?.state, stateBefore: report?.released?.stateBefore ?? null },
    };
  };

  report = ({ registrationId, scanId }: AcceptItem) =>
    queryReport(this.ledger.database.query, { registrationId, scanId: scanId ?? '', instance: null });

  release = async (of: AcceptItem, changes: Partial<ReleaseMailRequest> = {}) => {
    const { operator = 'ann' } = changes;
    const request: ReleaseMailRequest = {
      submissionIds: [of.submissionId],
      operator,
      operatorKind: 'operator',
      form: 'original',
      to: null,
      changeId: await this.ledger.announced(ledgerRpc.releaseMail, operator),
      ...changes,
    };
    expect(await this.releases.release(request)).toEqual(['done']);
  };

  /** Blocked, and released from quarantine. */
  released = async (changes: Partial<AcceptItem> = {}, how: Partial<ReleaseMailRequest> = {}) => {
    const first = await this.comes(changes);
    expect(first.answer).toEqual(stopped);
    await this.release(first.item, how);
    return first.item;
  };

  /** Every release is over, since so long. */
  end = (state: 'delivered' | 'refused', ago = '0 s') =>
    this.ledger.rows(
      `UPDATE ledger.releases SET state = $1, pending = '{}', finished_at = now() - $2::interval,
         created_at = created_at - $2::interval`,
      [state, ago],
    );
}

/** In a ledger of a suite's own, with tickets of an hour and nothing else before each test. */
export function useReleasedMail(): ReleasedMail {
  const on = new ReleasedMail();
  beforeAll(async () => {
    on.ledger = await LedgerFixture.create();
    on.records = new RecordVerdicts(on.ledger.database, () => undefined);
    const store = { delete: () => Promise.resolve(), deleteSealed: () => Promise.resolve() };
    on.releases = new ReleaseMail(on.ledger.database, store, { warn: () => undefined }, noSharedFiles);
  });
  afterAll(() => on.ledger?.close());
  beforeEach(async () => {
    await on.ledger.clear();
    await on.ledger.rows('DELETE FROM registry.tokens');
    await on.ledger.rows('DELETE FROM registry.operators');
    await on.addOperator('ann');
    on.sensor = await on.ledger.addSystem({ type: 'mail' });
    await on.ledger.set('releaseTicketMinutes', 60);
    on.mail = { sha256: hash(), mailDigest: hash() };
  });
  return on;
}
