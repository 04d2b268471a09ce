import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLogger } from '@sluice/runtime';
import { verifyAudit } from '@sluice/schema';
import { SyslogReceiver } from '@sluice/tool-acceptance/receivers';
import { openSecretsWith } from '../keep-secrets/sealing-key.js';
import { NotifierFixture } from '../testing/notifier-fixture.js';
import { SendAuditHeads } from './send-audit-heads.service.js';

describe('the head of the audit log', () => {
  let fixture: NotifierFixture;
  let receiver: SyslogReceiver;
  let heads: SendAuditHeads;

  beforeAll(async () => {
    fixture = await NotifierFixture.start();
    heads = new SendAuditHeads({
      database: fixture.ownDatabase,
      logger: createLogger({ service: 'notifier', instance: 'test', level: 'silent' }),
      openSecrets: openSecretsWith(fixture.keys.privateKeyPem),
      version: '1.2.3',
      consoleUrl: 'https://console.example:9443',
      hostName: 'notifier.example',
    });
  });
  afterAll(() => fixture.stop());
  beforeEach(async () => {
    receiver = await SyslogReceiver.start();
    await fixture.rows('DELETE FROM deliveries.channels');
  });
  afterEach(() => receiver.stop());

  const channel = (settings: object = {}) =>
    fixture.channel('syslog', { host: '127.0.0.1', port: receiver.port, transport: 'tcp', ...settings });
  const append = (action: string) =>
    fixture.rows(`SELECT registry.append_audit('ann', 'operator', NULL, $1, NULL, NULL, NULL)`, [action]);
  const later = (interval: string) =>
    fixture.rows('UPDATE deliveries.audit_heads_sent SET tried_at = tried_at - $1::interval', [interval]);
  const headNow = async (): Promise<string> =>
    (await fixture.rows<{ head: string }>(`SELECT id || ':' || hash AS head FROM registry.audit_head`))[0]!
      .head;
  /** As a collector finds them: what stands in the lines that arrived. */
  const arrived = (): (string | undefined)[] =>
    receiver.frames.map((frame) => /cs1=(\d+:[0-9a-f]{64})/.exec(frame)?.[1]);

  it('goes out over each syslog channel when it changed, and not before a minute has passed', async () => {
    await channel();
    await append('first');
    const first = await headNow();
    expect([await heads.run(), await heads.run()]).toEqual([1, 0]);
    await append('second');
    expect(await heads.run()).toBe(0);
    await later('1 minute');
    expect(await heads.run()).toBe(1);
    expect(arrived()).toEqual([first, await headNow()]);
    expect(receiver.frames[0]).toMatch(
      /^<134>1 \S+ notifier.example sluice - audit-head - CEF:0\|Sluice\|Sluice\|1.2.3\|audit-head\|/,
    );
  });

  it('goes out each hour, changed or not, once however many notifiers there are', async () => {
    await channel({ format: 'json' });
    await append('one');
    await heads.run();
    await later('59 minutes');
    expect(await heads.run()).toBe(0);
    await later('1 minute');
    const sent = await Promise.all([heads.run(), heads.run(), heads.run()]);
    expect(sent.reduce((sum, one) => sum + one)).toBe(1);
    const [, again] = receiver.frames;
    expect(JSON.parse(again!.slice(again!.indexOf('{')))).toMatchObject({
      type: 'audit.head',
      data: { head: await headNow() },
    });
  });

  it('is tried again a minute after the receiver was away', async () => {
    const { port } = receiver;
    await receiver.stop();
    await channel({ port });
    await append('away');
    expect(await heads.run()).toBe(0);
    receiver = await SyslogReceiver.start({ port });
    expect(await heads.run()).toBe(0);
    await later('1 minute');
    expect(await heads.run()).toBe(1);
    expect(arrived()).toEqual([await headNow()]);
  });

  it('shows that the newest entries were cut, also when the chain was made whole again', async () => {
    await channel();
    await append('kept');
    await append('to be hidden');
    await heads.run();
    const [id, hash] = arrived()[0]!.split(':');
    const known = [{ id: Number(id), hash: hash! }];
    const verify = () => fixture.database.transaction((query) => verifyAudit(query, known));
    expect(await verify()).toMatchObject({ problem: null });
    // With the rights of the owner, and all traces removed.
    await fixture.rows('DELETE FROM registry.audit WHERE id = $1', [id]);
    await fixture.rows(
      'UPDATE registry.audit_head SET (id, hash) = (SELECT id, hash FROM registry.audit ORDER BY id DESC LIMIT 1)',
    );
    expect(await fixture.database.transaction((query) => verifyAudit(query))).toMatchObject({
      problem: null,
    });
    expect(await verify()).toMatchObject({ problem: expect.stringContaining('was cut or written anew') });
  });

  it('says nothing while there is no entry, and needs no other channel than syslog', async () => {
    await fixture.channel('webhook', { url: 'https://hook.example/' });
    expect(await heads.run()).toBe(0);
  });
});
