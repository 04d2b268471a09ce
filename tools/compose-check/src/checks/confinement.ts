import { ensure } from '../check-list.js';
import type { PartContext } from '../parts.js';
import type { SystemUnderCheck } from '../system-under-check.js';

/** Services that run for ever, with the user each has to run as (0 is no one's). */
const services = [
  'postgres',
  'rabbitmq',
  'clamav',
  'engines',
  'freshclam',
  'balancer',
  'gateway',
  'scanner',
  'results',
  'console',
  'notifier',
] as const;

/** host:port of every listener inside the system. */
const listeners = {
  postgres: 'postgres:5432',
  rabbitmq: 'rabbitmq:5672',
  clamav: 'clamav:3310',
  engines: 'engines:3310',
  gateway: 'gateway:8443',
  'gateway management': 'gateway:9100',
  'scanner management': 'scanner:9100',
  'results management': 'results:9100',
  console: 'console:9443',
  'console management': 'console:9100',
  'notifier management': 'notifier:9100',
  balancer: 'balancer:8443',
} as const;
export type Listener = keyof typeof listeners;

/** What each service may reach; everything else has to be out of reach. */
const reach: Readonly<Record<string, Reach>> = {
  gateway: { may: ['rabbitmq', 'gateway', 'gateway management', 'balancer'], outside: false },
  scanner: { may: ['rabbitmq', 'engines', 'scanner management'], outside: false },
  results: { may: ['rabbitmq', 'postgres', 'results management'], outside: false },
  console: {
    may: ['rabbitmq', 'postgres', 'console', 'console management', 'balancer'],
    outside: true,
  },
  notifier: { may: ['rabbitmq', 'postgres', 'notifier management'], outside: true },
  clamav: { may: ['clamav', 'engines'], outside: false },
  freshclam: { may: [], outside: true },
};

export interface Outside {
  /** An address and port outside the system that answers. */
  readonly address: string;
  readonly port: number;
}

/** From inside each container: user, capabilities, root file system, limits, networks. */
export async function checkConfinement({ list, system, outside }: PartContext): Promise<void> {
  list.heading('Inside the containers');
  for (const service of services) {
    await list.check(`${service}: no root, no capabilities, read-only, limited`, () =>
      confined(system, service),
    );
  }
  for (const [service, expected] of Object.entries(reach))
    await checkReach({ list, system, outside }, service, expected);
  await list.check('a scanner cannot stop clamd', () => clamdStays(system));
  await list.check('inspectors are kept by filters of the kernel', () => inspectorsAreFiltered(system));
}

interface Reach {
  readonly may: readonly Listener[];
  /** Has a way out. */
  readonly outside: boolean;
}

/** From inside the service's first container: what it may reach, and nothing else. */
export async function checkReach(
  { list, system, outside }: PartContext,
  service: string,
  { may, outside: hasWayOut }: Reach,
): Promise<void> {
  await list.check(
    `${service} reaches ${[...may, ...(hasWayOut ? ['the outside'] : [])].join(', ') || 'nothing'}, and nothing else`,
    async () => {
      const open = await reachable(system, service, outside);
      const expected = new Set<string>([...may, ...(hasWayOut ? ['outside'] : [])]);
      const tooMuch = open.filter((name) => !expected.has(name));
      const missing = [...expected].filter((name) => !open.includes(name));
      ensure(tooMuch.length === 0, `also reaches ${tooMuch.join(', ')}`);
      ensure(missing.length === 0, `cannot reach ${missing.join(', ')}`);
    },
  );
}

export async function confined(system: SystemUnderCheck, service: string): Promise<string> {
  const script = 'id -u; grep CapEff /proc/1/status; touch /sluice-test 2>&1; grep NoNewPrivs /proc/1/status';
  const { stdout } = await system.inside(service, script);
  const uid = stdout.split('\n')[0] ?? '';
  ensure(uid !== '0' && /^\d+$/.test(uid), `runs as uid ${uid}`);
  ensure(/CapEff:\s+0+$/m.test(stdout), `has capabilities: ${stdout}`);
  ensure(/NoNewPrivs:\s+1/.test(stdout), 'may gain privileges');
  ensure(/Read-only file system/i.test(stdout), 'can write to its root file system');
  const [container] = (await system.containers()).filter((one) => one.service === service);
  const limits = await system.engine.docker([
    ...['inspect', '--format', '{{.HostConfig.Memory}} {{.HostConfig.PidsLimit}}', container?.id ?? ''],
  ]);
  const [memory, pids] = limits.trim().split(' ').map(Number);
  ensure((memory ?? 0) > 0, 'has no memory limit');
  ensure((pids ?? 0) > 0, 'has no process limit');
  return `uid ${uid}, ${Math.round((memory ?? 0) / 1024 ** 2)} MiB, ${pids ?? 0} processes`;
}

async function reachable(system: SystemUnderCheck, service: string, outside: Outside): Promise<string[]> {
  const targets: Record<string, string> = {
    ...listeners,
    outside: `${outside.address}:${outside.port}`,
  };
  const tries = Object.entries(targets).map(([name, target]) => {
    const [host = '', port = ''] = target.split(':');
    return `(timeout 8 bash -c 'exec 3<>/dev/tcp/${host}/${port}' 2>/dev/null && echo '${name}') &`;
  });
  const { stdout } = await system.inside(service, `${tries.join('\n')}\nwait`);
  return stdout.split('\n').filter((line) => line !== '');
}

async function clamdStays(system: SystemUnderCheck): Promise<string> {
  const before = await startedAt(system);
  const script = ['SHUTDOWN', 'zSHUTDOWN\\0', 'nSHUTDOWN\\n', 'zRELOAD\\0', 'zSCAN /etc/passwd\\0']
    .map((command) => `timeout 5 bash -c 'exec 3<>/dev/tcp/engines/3310; printf "${command}" >&3; cat <&3'`)
    .join('; ');
  const { stdout } = await system.inside('scanner', script);
  ensure(!/RELOADING|OK|passwd/.test(stdout), `clamd answered: ${stdout}`);
  ensure((await startedAt(system)) === before, 'clamd was started again');
  return 'SHUTDOWN, RELOAD and SCAN are refused';
}

/** The container's own filter counts as one, for the shell that looks too. One that is about to start is no Node yet. */
async function inspectorsAreFiltered(system: SystemUnderCheck): Promise<string> {
  const script = `grep -h Seccomp_filters /proc/self/status
    for one in /proc/[0-9]*; do
      tr '\\0' ' ' < $one/cmdline 2>/dev/null | grep -qE '^[^ ]*node .*inspector-child' && grep -h Seccomp_filters $one/status
    done`;
  const { stdout } = await system.inside('scanner', script);
  const [usual = 0, ...inspectors] = [...stdout.matchAll(/Seccomp_filters:\s+(\d+)/g)].map(([, count]) =>
    Number(count),
  );
  ensure(inspectors.length > 0, `no inspector was found: ${stdout}`);
  ensure(
    inspectors.every((count) => count > usual),
    `filters: ${usual} of the container, ${inspectors.join(', ')} of inspectors`,
  );
  return `${inspectors.length} inspectors`;
}

async function startedAt(system: SystemUnderCheck): Promise<string> {
  const [container] = (await system.containers()).filter(({ service }) => service === 'clamav');
  return system.engine.docker(['inspect', '--format', '{{.State.StartedAt}}', container?.id ?? '']);
}
