import { hostname } from 'node:os';
import type { DoorClient } from '../door-client.js';
import { startMailServer } from './mail-server.js';

const folder = '/etc/mail';

/** The milter door, with the line of docs/mail.md. */
export const sendmail: DoorClient = {
  name: 'sendmail',
  title: 'Sendmail, milter',
  packages: ['sendmail-bin'],
  expected: { clean: 'delivered', infected: 'refused', encrypted: 'deferred', away: 'deferred' },
  start: (arena) =>
    startMailServer(arena, {
      name: 'sendmail',
      packageName: 'sendmail-bin',
      program: ({ smtp, onward }) => ({
        users: ['smmta', 'smmsp'],
        folders: ['/var/spool/mqueue', '/var/lib/sendmail'],
        files: {
          '/etc/hosts': `127.0.0.1 localhost\n127.0.0.1 mail.example.org ${hostname()}\n`,
          [`${folder}/sendmail.mc`]: configuration({
            pasted: arena.lines('mail.md', 'sendmail.mc'),
            smtp,
            onward,
          }),
        },
        command: [
          'sh',
          '-c',
          `cd ${folder} && m4 sendmail.mc > sendmail.cf && exec /usr/libexec/sendmail/sendmail -bD -q1m -C ${folder}/sendmail.cf`,
        ],
      }),
    }),
};

/** It waits a minute for a name of its own with a dot, and takes no mail while the machine is busy: neither is tried here. */
const configuration = (what: { pasted: string; smtp: number; onward: number }): string =>
  `divert(0)dnl
define(\`_USE_ETC_MAIL_')dnl
include(\`/usr/share/sendmail/cf/m4/cf.m4')dnl
OSTYPE(\`debian')dnl
DOMAIN(\`debian-mta')dnl
undefine(\`confHOST_STATUS_DIRECTORY')dnl
define(\`confPID_FILE', \`/var/lib/sendmail/sendmail.pid')dnl
define(\`confDOMAIN_NAME', \`mail.example.org')dnl
define(\`confDONT_PROBE_INTERFACES', \`true')dnl
define(\`confTO_IDENT', \`0')dnl
define(\`confBIND_OPTS', \`')dnl
define(\`confREFUSE_LA', \`10000')dnl
define(\`confQUEUE_LA', \`10000')dnl
define(\`SMART_HOST', \`relay:[127.0.0.1]')dnl
define(\`RELAY_MAILER_ARGS', \`TCP $h ${what.onward}')dnl
FEATURE(\`no_default_msa')dnl
FEATURE(\`nocanonify')dnl
FEATURE(\`promiscuous_relay')dnl
FEATURE(\`accept_unresolvable_domains')dnl
DAEMON_OPTIONS(\`Family=inet, Name=MTA, Port=${what.smtp}, Addr=127.0.0.1')dnl
${what.pasted}MAILER_DEFINITIONS
MAILER(\`smtp')dnl
`;
