import type { ChannelAnswer, ChannelTestAnswer } from '@sluice/console-api';
import type { ChannelKind } from '@sluice/notifications';

export type Channel = ChannelAnswer;
export type ChannelTest = ChannelTestAnswer;

export const kindWords: Readonly<Record<ChannelKind, { name: string; for: string }>> = {
  smtp: { name: 'E-mail', for: 'People: an e-mail through your mail server' },
  syslog: { name: 'Syslog', for: 'A SIEM or log collector: CEF or JSON over syslog' },
  webhook: { name: 'Webhook', for: 'Any other system: signed JSON to an https:// address' },
};

export const channelStateWords: Readonly<Record<Channel['state'], { name: string; color: string }>> = {
  unused: { name: 'Not used yet', color: 'gray' },
  working: { name: 'Working', color: 'teal' },
  failing: { name: 'Failing', color: 'orange' },
  away: { name: 'Unreachable, retrying', color: 'red' },
};

const securityWords = { none: 'not encrypted', starttls: 'STARTTLS', tls: 'TLS' } as const;
const transportWords = { udp: 'UDP, not encrypted', tcp: 'TCP, not encrypted', tls: 'TLS' } as const;

/** Where a channel leads, and how, in words. */
export function describePlace(channel: Channel): { readonly place: string; readonly how: string } {
  switch (channel.kind) {
    case 'smtp': {
      const { host, port, security, username, from, ca } = channel.settings;
      const login = username === null ? [] : [`signs in as ${username}`];
      return {
        place: withPort(host, port),
        how: listed([securityWords[security], ...login, `from ${from}`, ...trust(ca)]),
      };
    }
    case 'syslog': {
      const { host, port, transport, format, ca, clientCertificate } = channel.settings;
      return {
        place: withPort(host, port),
        how: listed([
          transportWords[transport],
          format === 'cef' ? 'CEF' : 'JSON',
          ...trust(ca),
          ...shown(clientCertificate),
        ]),
      };
    }
    case 'webhook': {
      const { url, ca, clientCertificate, allowPrivateAddresses } = channel.settings;
      const reach = allowPrivateAddresses ? ['private addresses allowed'] : [];
      return { place: url, how: listed(['signed', ...trust(ca), ...shown(clientCertificate), ...reach]) };
    }
  }
}

const withPort = (host: string, port: number): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
const trust = (ca: string | null): string[] => (ca === null ? [] : ['own authority']);
const shown = (certificate: string | null): string[] => (certificate === null ? [] : ['client certificate']);
const listed = (parts: readonly string[]): string => parts.join(', ');
