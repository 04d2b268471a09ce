import type { DoorClient } from '../door-client.js';
import { startMailServer } from './mail-server.js';

export const exim: DoorClient = {
  name: 'exim',
  title: 'Exim',
  packages: ['exim4-daemon-heavy'],
  expected: { clean: 'delivered', infected: 'refused', encrypted: 'deferred', away: 'deferred' },
  async start(arena) {
    const clamd = await arena.clamdSensor('clamd for mail servers');
    const lines = { main: 'exim main', data: 'exim acl_check_data' };
    const [main, data] = [lines.main, lines.data].map((block) => arena.lines('clamd.md', block, { clamd }));
    return startMailServer(arena, {
      name: 'exim',
      packageName: 'exim4-daemon-heavy',
      program: ({ smtp, onward }) => ({
        users: ['Debian-exim'],
        folders: ['/var/spool/exim4', '/var/log/exim4'],
        files: {
          '/etc/exim4/exim4.conf': configuration({ main: main ?? '', data: data ?? '', smtp, onward }),
        },
        command: ['exim4', '-bdf', '-q1m', '-C', '/etc/exim4/exim4.conf'],
      }),
    });
  },
};

/** As Debian's own is cut, with the pasted lines where the guide says they go. */
const configuration = (what: { main: string; data: string; smtp: number; onward: number }): string => `
primary_hostname = mail.example.org
daemon_smtp_ports = ${what.smtp}
local_interfaces = 127.0.0.1
domainlist relay_to_domains = example.org
acl_smtp_rcpt = acl_check_rcpt
acl_smtp_data = acl_check_data
tls_advertise_hosts =
${what.main}
begin acl

acl_check_rcpt:
  accept domains = +relay_to_domains
  deny

acl_check_data:
${what.data}
  accept

begin routers

onward:
  driver = manualroute
  domains = +relay_to_domains
  route_list = * 127.0.0.1::${what.onward}
  transport = smtp
  self = send

begin transports

smtp:
  driver = smtp

begin retry

* * F,2h,1m
`;
