const messages = ['incoming', 'active', 'deferred', 'bounce', 'defer', 'trace', 'flush', 'hold', 'corrupt'];
/** What Postfix's own script would make, in a tenth of its time. */
export const queueFolders = [
  'queue',
  'data',
  ...[...messages, 'saved', 'maildrop', 'private', 'public', 'pid'].map((name) => `queue/${name}`),
];

export interface PostfixPorts {
  readonly port: number;
  readonly loginPort: number;
  readonly policyPort: number;
  readonly hasLogin: boolean;
}

export type PostfixSettings = Readonly<Record<string, string>>;

/** It takes mail for the mailboxes of example.org and for no one else. */
export const usualSettings = (
  folder: string,
  { loginPort, policyPort, hasLogin }: PostfixPorts,
): PostfixSettings => ({
  compatibility_level: '3.6',
  queue_directory: `${folder}/queue`,
  data_directory: `${folder}/data`,
  maillog_file_prefixes: folder,
  maillog_file: `${folder}/mail.log`,
  inet_interfaces: '127.0.0.1',
  inet_protocols: 'ipv4',
  myhostname: 'mail.example.org',
  mydestination: '',
  mynetworks: '',
  alias_maps: '',
  local_recipient_maps: '',
  virtual_mailbox_domains: 'example.org',
  virtual_mailbox_maps: `texthash:${folder}/conf/mailboxes`,
  virtual_mailbox_base: `${folder}/mail`,
  virtual_uid_maps: 'static:65534',
  virtual_gid_maps: 'static:65534',
  smtpd_tls_security_level: 'may',
  smtpd_tls_auth_only: 'yes',
  smtpd_tls_received_header: 'yes',
  smtpd_tls_cert_file: `${folder}/conf/server.crt`,
  smtpd_tls_key_file: `${folder}/conf/server.key`,
  smtpd_sasl_auth_enable: hasLogin ? 'yes' : 'no',
  smtpd_sasl_type: 'dovecot',
  smtpd_sasl_path: `inet:127.0.0.1:${loginPort}`,
  smtpd_client_restrictions: hasLogin ? 'permit_sasl_authenticated, reject' : '',
  smtpd_recipient_restrictions: `reject_unauth_destination, reject_unlisted_recipient, check_policy_service inet:127.0.0.1:${policyPort}`,
});

/**
 * Each name once. Of a name that comes twice every process logs a warning as it starts, and postlogd its own to itself: it
 * hangs, and with it all others, where the ten messages that fit into its socket are there before it reads.
 */
export const mainConfiguration = (settings: PostfixSettings): string =>
  Object.entries(settings)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('');

export const masterConfiguration = (port: number): string => `
127.0.0.1:${port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
tlsmgr unix - - n 1000? 1 tlsmgr
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
`;
