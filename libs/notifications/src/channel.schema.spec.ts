import { describe, expect, it } from 'vitest';
import { channelSettingsSchemas } from './channel.schema.js';

const { smtp, syslog, webhook } = channelSettingsSchemas;

describe('channel settings', () => {
  it('fill what is left out with the careful choice', () => {
    expect(smtp.parse({ host: 'mail', from: 'sluice@localhost' })).toMatchObject({
      port: 587,
      security: 'starttls',
    });
    expect(syslog.parse({ host: '10.0.0.1' })).toMatchObject({ port: 6514, transport: 'tls', format: 'cef' });
    expect(webhook.parse({ url: 'https://a.example/x' })).toMatchObject({ allowPrivateAddresses: false });
  });

  it.each(['http://a.example', 'https://user:pw@a.example', 'ftp://a', 'https://', 'x'])(
    'refuse the address %s',
    (url) => {
      expect(webhook.safeParse({ url }).success).toBe(false);
    },
  );

  it.each(['a b', '-a.example', 'a..b', '', 'a/b', 'a:25'])('refuse the host %j', (host) => {
    expect(smtp.safeParse({ host, from: 'a@b' }).success).toBe(false);
  });

  it.each(['', 'a', 'a@b\r\nBcc: c@d', 'A <a@b>', 'a@b,c@d'])('refuse the sender %j', (from) => {
    expect(smtp.safeParse({ host: 'mail', from }).success).toBe(false);
  });

  it('refuse a certificate or key that is none', () => {
    expect(webhook.safeParse({ url: 'https://a.example', ca: 'x' }).success).toBe(false);
    expect(webhook.safeParse({ url: 'https://a.example', clientKey: 'x' }).success).toBe(false);
  });
});
