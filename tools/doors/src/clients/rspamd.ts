import { createSocket } from 'node:dgram';
import { findFreePort } from '@sluice/private-servers';
import { canConnect } from '@sluice/tool-acceptance/receivers';
import type { DoorArena } from '../door-arena.js';
import type { DoorClient, Fate, Occasion } from '../door-client.js';
import { PrivateProgram } from '../packages/private-program.js';
import { recipient, sampleMail, sender } from '../samples.js';
import { startPostfix } from './postfix.js';

const packages = ['rspamd'];

/** As a milter behind Postfix. */
export const rspamd: DoorClient = {
  name: 'rspamd',
  title: 'rspamd behind Postfix',
  packages,
  expected: { clean: 'delivered', infected: 'refused', encrypted: 'deferred', away: 'deferred' },
  async start(arena) {
    const server = await startRspamd(arena, 'rspamd');
    const mta = await startPostfix('rspamd', {
      smtpd_milters: `inet:127.0.0.1:${server.milterPort}`,
      milter_default_action: 'tempfail',
    });
    return {
      version: server.version,
      meet: (occasion) => mta.meet(occasion),
      stop: async () => void (await Promise.all([mta.stop(), server.program.stop()])),
    };
  },
};

/** As mail servers ask it that know no milter. */
export const rspamdOverHttp: DoorClient = {
  name: 'rspamd-http',
  title: 'rspamd over HTTP',
  packages,
  expected: rspamd.expected,
  async start(arena) {
    const server = await startRspamd(arena, 'rspamd-http');
    return {
      version: server.version,
      meet: (occasion) => check(server.httpPort, occasion),
      stop: () => server.program.stop(),
    };
  },
};

const pastedFiles = ['antivirus.conf', 'options.inc', 'force_actions.conf'];

async function startRspamd(arena: DoorArena, name: string) {
  const { folder: packageFolder, version } = await arena.unpack('rspamd');
  const [httpPort, milterPort, controllerPort] = [
    await findFreePort(),
    await findFreePort(),
    await findFreePort(),
  ];
  const pasted = pastedFiles.map((file): [string, string] => [
    `/etc/rspamd/local.d/${file}`,
    arena.lines('clamd.md', `rspamd local.d/${file}`),
  ]);
  const program = await PrivateProgram.begin({
    folder: await arena.folder(name),
    packageFolder,
    users: ['_rspamd'],
    folders: ['/var/lib/rspamd', '/var/log/rspamd'],
    files: {
      ...Object.fromEntries(pasted),
      ...ownPorts({ httpPort, milterPort, controllerPort }),
      '/etc/rspamd/local.d/logging.inc': 'type = "console";\n',
      '/etc/rspamd/override.d/options.inc': quickAlone(await unusedUdpPort()),
      '/etc/rspamd/suffixes.dat': 'com\norg\nexample\n',
    },
    command: ['rspamd', '--no-fork', '-u', '_rspamd', '-g', '_rspamd', '-c', '/etc/rspamd/rspamd.conf'],
  });
  await program.becomeReady(async () => (await canConnect(milterPort)) && (await ping(httpPort)));
  return { program, version, httpPort, milterPort };
}

const ping = async (port: number): Promise<boolean> => (await fetch(`http://127.0.0.1:${port}/ping`)).ok;

function ownPorts(ports: { httpPort: number; milterPort: number; controllerPort: number }) {
  const bind = (port: number): string => `bind_socket = "127.0.0.1:${port}";\n`;
  return {
    '/etc/rspamd/local.d/worker-normal.inc': `${bind(ports.httpPort)}count = 1;\n`,
    '/etc/rspamd/local.d/worker-controller.inc': bind(ports.controllerPort),
    '/etc/rspamd/local.d/worker-proxy.inc': `${bind(ports.milterPort)}upstream "local" { self_scan = yes; }\n`,
    '/etc/rspamd/local.d/worker-fuzzy.inc': 'enabled = false;\n',
  };
}

/** Its lists are asked over DNS: here no one answers, at once. It compiles the list of all domains for half a minute. */
const quickAlone = (dnsPort: number): string =>
  [
    `dns { nameserver = ["127.0.0.1:${dnsPort}"]; timeout = 0.2s; retransmits = 1; }`,
    'disable_monitoring = true;',
    'disable_hyperscan = true;',
    'url_tld = "/etc/rspamd/suffixes.dat";\n',
  ].join('\n');

async function unusedUdpPort(): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

/** What a mail server that asks over HTTP has to do with the mail. */
const fateByAction: Readonly<Record<string, Fate>> = {
  'no action': 'delivered',
  'add header': 'delivered',
  'rewrite subject': 'delivered',
  greylist: 'deferred',
  'soft reject': 'deferred',
  reject: 'refused',
};

async function check(port: number, occasion: Occasion): Promise<Fate> {
  const answer = await fetch(`http://127.0.0.1:${port}/checkv2`, {
    method: 'POST',
    headers: { From: sender, Rcpt: recipient, IP: '127.0.0.1' },
    body: new Uint8Array(await sampleMail('rspamd-http', occasion)),
    signal: AbortSignal.timeout(180_000),
  });
  const { action = '' } = (await answer.json()) as { action?: string };
  const fate = fateByAction[action];
  if (fate === undefined)
    throw new Error(`rspamd answered ${answer.status}, ${action || 'no action at all'}`);
  return fate;
}
