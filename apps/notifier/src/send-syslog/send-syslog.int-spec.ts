import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { channelSettingsSchemas, type Notice } from '@sluice/notifications';
import { alertEvent, mailAlertEvent } from '@sluice/notifications/testing';
import type { KeyPair } from '@sluice/tls';
import { clientKeys, receiveDatagrams, serverKeys, SyslogReceiver } from '@sluice/tool-acceptance/receivers';
import { outgoingAlert, sendOptions } from '../testing/outgoing.js';
import { sendSyslog } from './send-syslog.js';

let keys: KeyPair;
let receiver: SyslogReceiver | undefined;
beforeAll(async () => {
  keys = await serverKeys();
});
afterEach(async () => {
  await receiver?.stop();
  receiver = undefined;
});

const send = (given: object, notice?: Notice) => {
  const settings = channelSettingsSchemas.syslog.parse({
    host: '127.0.0.1',
    port: receiver?.port ?? 1,
    ...given,
  });
  return sendSyslog(settings, outgoingAlert(notice === undefined ? {} : { notice }), sendOptions());
};
const header = '<130>1 2026-03-01T10:20:30.456Z notifier.example sluice - alert - ';

describe('sendSyslog', () => {
  it('sends CEF over TCP with octet counts', async () => {
    receiver = await SyslogReceiver.start();
    const outcome = await send({ transport: 'tcp' });
    expect(outcome).toMatchObject({
      kind: 'delivered',
      answer: expect.stringMatching(/^sent \d+ bytes over TCP .* closed/),
    });
    expect(receiver.frames).toHaveLength(1);
    expect(receiver.frames[0]).toContain(`${header}CEF:0|Sluice|Sluice|1.2.3|detection|`);
    expect(receiver.leftOver).toEqual([]);
  });

  it('sends JSON over TLS, to a receiver its authority vouches for', async () => {
    receiver = await SyslogReceiver.start({ keys });
    const outcome = await send({ transport: 'tls', format: 'json', ca: keys.certPem });
    expect(outcome).toMatchObject({ kind: 'delivered', answer: expect.stringMatching(/over TLSv1\.[23] /) });
    expect(JSON.parse(receiver.frames[0]!.slice(header.length))).toMatchObject({ type: 'alert.created' });
    expect(await send({ transport: 'tls' })).toMatchObject({
      kind: 'failed',
      answer: expect.stringMatching(/self-signed/),
    });
  });

  it('shows its certificate, and fails where that is not accepted', async () => {
    const own = await clientKeys();
    receiver = await SyslogReceiver.start({ keys, clientCa: own.certPem });
    const tls = { transport: 'tls', ca: keys.certPem };
    const identified = { ...tls, clientCertificate: own.certPem, clientKey: own.keyPem };
    expect(await send(identified)).toMatchObject({ kind: 'delivered' });
    expect(await send(tls)).toMatchObject({ kind: 'failed' });
    expect(receiver.frames).toHaveLength(1);
  });

  it('sends a digest as one message per alert, whatever they hold', async () => {
    receiver = await SyslogReceiver.start();
    const alerts = ['a', 'b\nc <130>1', '漢字'].map((objectName, n) =>
      mailAlertEvent({ objectName, alertId: n + 1 }),
    );
    await send(
      { transport: 'tcp' },
      { kind: 'digest', id: 'x', createdAt: alerts[0]!.createdAt, alerts, total: 3 },
    );
    expect(receiver.frames.map((frame) => /cn1=(\d+)/.exec(frame)?.[1])).toEqual(['1', '2', '3']);
    expect(receiver.leftOver).toEqual([]);
  });

  it('sends one datagram that no receiver has to cut', async () => {
    const datagrams = await receiveDatagrams();
    const got = datagrams.next();
    const alert = mailAlertEvent({
      recipients: Array.from({ length: 900 }, (_one, n) => `r${n}@example.org`),
      objectName: 'ü'.repeat(4000),
      systemName: 'y'.repeat(4000),
      mailSubject: 'z'.repeat(4000),
      detections: Array.from({ length: 50 }, (_one, n) => ({
        ...alertEvent().detections[0]!,
        name: `${n}`.repeat(200),
        path: ['p'.repeat(200)],
      })),
    });
    const notice = { kind: 'alert', id: alert.eventId, alert } as const;
    expect(await send({ transport: 'udp', port: datagrams.port }, notice)).toMatchObject({
      kind: 'delivered',
    });
    const text = await got;
    datagrams.stop();
    expect(text).toContain(header);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(8192);
    expect(Buffer.byteLength(text)).toBeGreaterThan(4096);
  });

  it('fails when the receiver breaks the connection or no one listens', async () => {
    receiver = await SyslogReceiver.start({ isRude: true });
    expect(await send({ transport: 'tcp' })).toMatchObject({ kind: 'failed' });
    expect(await send({ transport: 'tcp', port: 1 })).toMatchObject({
      kind: 'failed',
      answer: expect.stringMatching(/ECONNREFUSED/),
    });
    expect(await send({ transport: 'udp', port: 1 })).toMatchObject({
      kind: 'failed',
      answer: expect.stringMatching(/ECONNREFUSED/),
    });
  });
});
