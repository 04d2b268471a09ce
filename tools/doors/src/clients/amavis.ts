import type { DoorClient } from '../door-client.js';
import { startMailServer } from './mail-server.js';

/** Asked over SMTP before a mail server takes the mail, as its users connect it. */
export const amavis: DoorClient = {
  name: 'amavis',
  title: 'amavis',
  packages: ['amavisd-new'],
  expected: { clean: 'delivered', infected: 'refused', encrypted: 'deferred', away: 'deferred' },
  async start(arena) {
    const clamd = await arena.clamdSensor('clamd for mail servers');
    const pasted = arena.lines('clamd.md', 'amavis', { clamd });
    return startMailServer(arena, {
      name: 'amavis',
      packageName: 'amavisd-new',
      program: ({ smtp, onward }) => ({
        users: ['amavis'],
        folders: ['/var/lib/amavis', '/var/lib/amavis/tmp', '/var/lib/amavis/db'],
        files: { '/etc/amavis/doors.conf': configuration({ pasted, smtp, onward }) },
        command: ['amavisd', '-c', '/etc/amavis/doors.conf', 'foreground'],
      }),
    });
  },
};

const configuration = (what: { pasted: string; smtp: number; onward: number }): string => `use strict;
$myhostname = 'mail.example.org';
$mydomain = 'example.org';
@local_domains_maps = (1);
$MYHOME = '/var/lib/amavis';
$TEMPBASE = "$MYHOME/tmp";
$db_home = "$MYHOME/db";
$pid_file = "$MYHOME/amavisd.pid";
$lock_file = "$MYHOME/amavisd.lock";
$daemon_user = 'amavis';
$daemon_group = 'amavis';
$max_servers = 1;
$enable_db = 0;
$enable_zmq = 0;
$do_syslog = 0;
$log_level = 1;
$inet_socket_bind = '127.0.0.1';
$inet_socket_port = ${what.smtp};
$forward_method = 'smtp:[127.0.0.1]:${what.onward}';
$notify_method = $forward_method;
$final_virus_destiny = D_REJECT;
$virus_quarantine_method = undef;
@bypass_spam_checks_maps = (1);
@bypass_banned_checks_maps = (1);
@bypass_header_checks_maps = (1);
@av_scanners_backup = ();
${what.pasted}
1;
`;
