import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { channelSettingsSchemas } from '@sluice/notifications';
import { mailAlertEvent } from '@sluice/notifications/testing';
import { RealRsyslog, serverKeys } from '@sluice/tool-acceptance/receivers';
import { outgoingAlert, sendOptions } from '../testing/outgoing.js';
import { sendSyslog } from './send-syslog.js';

describe('a real rsyslog', () => {
  let rsyslog: RealRsyslog;
  let ca: string;

  beforeAll(async () => {
    const keys = await serverKeys();
    ca = keys.certPem;
    rsyslog = await RealRsyslog.start(keys);
  });
  afterAll(() => rsyslog.stop());

  it('reads what is sent over TLS, fields of the header and the message as they were', async () => {
    const alert = mailAlertEvent({ objectName: 'Grüße = 1|2 \\.zip' });
    const settings = channelSettingsSchemas.syslog.parse({ host: '127.0.0.1', port: rsyslog.port, ca });
    const notice = { kind: 'alert', id: alert.eventId, alert } as const;
    expect(await sendSyslog(settings, outgoingAlert({ notice }), sendOptions())).toMatchObject({
      kind: 'delivered',
    });
    const [line] = await rsyslog.lines(1);
    expect(line).toMatch(
      /^local0\.crit notifier\.example sluice alert +CEF:0\|Sluice\|Sluice\|1\.2\.3\|detection\|/,
    );
    expect(line).toContain(String.raw`fname=Grüße \= 1|2 \\.zip fsize=`);
    expect(line).toContain('cn1=42');
  });
});
