import type { ChannelKind } from '@sluice/notifications';
import type { Channel } from '../channel.js';

/** What stands in the fields, of all kinds at once: changing the kind forgets nothing. Secrets are empty: they stay. */
export interface ChannelDraft {
  readonly kind: ChannelKind;
  readonly name: string;
  readonly host: string;
  readonly port: number | '';
  readonly security: 'none' | 'starttls' | 'tls';
  readonly hasLogin: boolean;
  readonly username: string;
  readonly password: string;
  readonly from: string;
  readonly transport: 'udp' | 'tcp' | 'tls';
  readonly format: 'cef' | 'json';
  readonly url: string;
  readonly secret: string;
  readonly allowPrivateAddresses: boolean;
  readonly ca: string;
  readonly clientCertificate: string;
  readonly clientKey: string;
}
type Values = Readonly<Record<string, unknown>>;

export const usualPorts = { smtp: { none: 25, starttls: 587, tls: 465 }, syslog: 6514 } as const;

const emptyDraft: ChannelDraft = {
  kind: 'smtp',
  name: '',
  host: '',
  port: usualPorts.smtp.starttls,
  security: 'starttls',
  hasLogin: false,
  username: '',
  password: '',
  from: '',
  transport: 'tls',
  format: 'cef',
  url: '',
  secret: '',
  allowPrivateAddresses: false,
  ca: '',
  clientCertificate: '',
  clientKey: '',
};

export function draftOf(channel: Channel | null): ChannelDraft {
  if (channel === null) return emptyDraft;
  const known = Object.entries(channel.settings).filter(([, value]) => value !== null);
  return {
    ...emptyDraft,
    ...(Object.fromEntries(known) as Partial<ChannelDraft>),
    kind: channel.kind,
    name: channel.name,
    hasLogin: channel.kind === 'smtp' && channel.settings.username !== null,
  };
}

/** Settings as the API takes them, without secrets. */
export function settingsOf(draft: ChannelDraft): Values {
  const { host, port } = draft;
  const ca = orNull(draft.ca);
  const clientCertificate = orNull(draft.clientCertificate);
  switch (draft.kind) {
    case 'smtp':
      return {
        host: host.trim(),
        port,
        security: draft.security,
        from: draft.from.trim(),
        ca,
        username: draft.hasLogin ? draft.username : null,
      };
    case 'syslog':
      return {
        host: host.trim(),
        port,
        transport: draft.transport,
        format: draft.format,
        ca,
        clientCertificate,
      };
    case 'webhook':
      return {
        url: draft.url.trim(),
        ca,
        clientCertificate,
        allowPrivateAddresses: draft.allowPrivateAddresses,
      };
  }
}

/** Those that were typed, and null for one the channel has and no longer needs. The rest stays as it is. */
export function secretsOf(draft: ChannelDraft, channel: Channel | null): Values {
  const has = (name: string) => channel?.secrets.includes(name) ?? false;
  const one = (name: 'password' | 'secret' | 'clientKey', isNeeded: boolean): Values => {
    if (!isNeeded) return has(name) ? { [name]: null } : {};
    return draft[name] === '' ? {} : { [name]: draft[name] };
  };
  const key = one('clientKey', draft.clientCertificate.trim() !== '');
  switch (draft.kind) {
    case 'smtp':
      return one('password', draft.hasLogin);
    case 'syslog':
      return key;
    case 'webhook':
      return { ...key, ...one('secret', true) };
  }
}

/** What a change has to send: a setting another operator changed meanwhile stays. */
export function changesOf(draft: ChannelDraft, channel: Channel): Values {
  const before = settingsOf(draftOf(channel));
  const settings = Object.entries(settingsOf(draft)).filter(([name, value]) => before[name] !== value);
  const changed = { ...Object.fromEntries(settings), ...secretsOf(draft, channel) };
  return {
    ...(draft.name.trim() === channel.name ? {} : { name: draft.name.trim() }),
    ...(Object.keys(changed).length === 0 ? {} : { settings: changed }),
  };
}

const placeOfPassword = ['host', 'port', 'security', 'ca', 'username'];

/** The API never sends a kept password to another place than the one it was entered for. */
export function needsPasswordAgain(draft: ChannelDraft, channel: Channel | null): boolean {
  if (channel === null || !draft.hasLogin || !channel.secrets.includes('password')) return false;
  const [before, now] = [settingsOf(draftOf(channel)), settingsOf(draft)];
  return placeOfPassword.some((name) => before[name] !== now[name]);
}

/** Whether all that has to be there is there; what it holds is for the API to judge. */
export function isComplete(draft: ChannelDraft, channel: Channel | null): boolean {
  const has = (name: string) => channel?.secrets.includes(name) ?? false;
  const isKeyThere =
    draft.clientCertificate.trim() === '' || draft.clientKey.trim() !== '' || has('clientKey');
  if (draft.name.trim() === '') return false;
  const isPlaceThere = draft.host.trim() !== '' && draft.port !== '';
  switch (draft.kind) {
    case 'smtp':
      return isPlaceThere && draft.from.trim() !== '' && (!draft.hasLogin || isLoginThere());
    case 'syslog':
      return isPlaceThere && isKeyThere;
    case 'webhook':
      return draft.url.trim() !== '' && isKeyThere;
  }
  function isLoginThere(): boolean {
    const isPasswordThere = draft.password !== '' || (has('password') && !needsPasswordAgain(draft, channel));
    return draft.username !== '' && isPasswordThere;
  }
}

const orNull = (text: string): string | null => (text.trim() === '' ? null : text);
