import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestSystem, type TestSystem } from './test-system.js';

/** Accounts of their own take a launcher that is root; `npm test` as an ordinary user names this suite as skipped. */
const asRoot = process.getuid?.() === 0 ? describe : describe.skip;

interface Credentials {
  readonly uid: string;
  readonly gid: string;
  readonly groups: readonly string[];
}

const field = (pid: number, name: string): string[] =>
  (new RegExp(`^${name}:[ \\t]*(.*)$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '')
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '');

const credentialsOf = (pid: number): Credentials => ({
  uid: field(pid, 'Uid')[0] ?? '',
  gid: field(pid, 'Gid')[0] ?? '',
  groups: field(pid, 'Groups'),
});

/** What a shell script says that code which took over that process could run. */
function sayAs({ uid, gid, groups }: Credentials, script: string, ...args: string[]): string[] {
  const supplementary = groups.length === 0 ? ['--clear-groups'] : ['--groups', groups.join(',')];
  const identity = ['--reuid', uid, '--regid', gid, ...supplementary];
  const command = ['/bin/sh', '-c', `${script}\necho ended`, 'sh', ...args];
  const { stdout } = spawnSync('/usr/bin/setpriv', [...identity, '--', ...command], {
    cwd: '/',
    encoding: 'utf8',
  });
  const said = stdout.split('\n').filter((line) => line !== '');
  // Else nothing was tried, which is no answer.
  if (said.pop() !== 'ended') throw new Error(`nothing could be tried as ${uid}:${gid}`);
  return said;
}

/** Which of the files or folders can be read. */
const readableAs = (one: Credentials, ...places: string[]): string[] =>
  sayAs(
    one,
    'for place; do if [ -d "$place" ]; then ls "$place"; else cat "$place"; fi >/dev/null 2>&1 && echo "$place"; done; :',
    ...places,
  );

function childrenOf(pid: number): number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((one) => {
      try {
        return field(one, 'PPid')[0] === String(pid);
      } catch {
        // Ended between the look at the folder and this one.
        return false;
      }
    });
  return children.flatMap((one) => [one, ...childrenOf(one)]);
}

asRoot('parts of a system that root started', () => {
  let system: TestSystem;
  let pids: ReadonlyMap<string, number>;
  let accounts: ReadonlyMap<string, Credentials>;

  beforeAll(async () => {
    system = await startTestSystem();
    const known = new Map(system.processes.map(({ name, pid }) => [name, pid ?? 0]));
    const inspector = childrenOf(known.get('scanner-1') ?? 0).find(
      (pid) => credentialsOf(pid).uid !== credentialsOf(known.get('scanner-1') ?? 0).uid,
    );
    if (inspector !== undefined) known.set('inspector', inspector);
    pids = known;
    accounts = new Map([...known].map(([name, pid]) => [name, credentialsOf(pid)]));
  });
  afterAll(() => system?.end());

  const servers = ['postgres', 'rabbitmq', 'epmd'];

  it('run under an account each, none of them root; database and broker share one', () => {
    const parts = [
      'gateway',
      'scanner-1',
      'results',
      'console',
      'notifier',
      'clamd',
      'inspector',
      'postgres',
    ];
    const uids = parts.map((name) => accounts.get(name)?.uid);
    expect(uids).not.toContain(undefined);
    expect(uids).not.toContain('0');
    expect(new Set(uids).size).toBe(parts.length);
    expect(system.notSeparated).toEqual([]);
  });

  const secrets: readonly (readonly [file: string, owners: readonly string[]])[] = [
    ['logins/gateway/amqp_url', ['gateway']],
    ['logins/scanner-1/amqp_url', ['scanner-1']],
    ['logins/results/amqp_url', ['results']],
    ['logins/results/database_url', ['results']],
    ['logins/console/amqp_url', ['console']],
    ['logins/console/database_url', ['console']],
    ['logins/notifier/amqp_url', ['notifier']],
    ['logins/notifier/database_url', ['notifier']],
    ['logins/migrate/database_url', servers],
    ['console/admin-password', ['console']],
    ['console/local-token', ['console']],
    ['console/tls/console.key', ['console']],
    ['gateway/tls/gateway.key', ['gateway']],
    ['notifier/sealing-key', ['notifier']],
    ['quarantine/console/keys', ['console']],
    ['quarantine/notifier/keys', ['notifier']],
    ['secrets/quarantine-keys', []],
    ['rabbitmq/definitions.json', servers],
    ['secrets/postgres-results', []],
  ];
  it.each(secrets)('%s is read by its own account alone', (file, owners) => {
    const place = path.join(system.home, file);
    const readers = [...accounts].filter(([, one]) => readableAs(one, place).length > 0);
    expect(readers.map(([name]) => name).sort()).toEqual([...owners].sort());
  });

  it('cannot read each other’s environment or memory, and cannot end each other', () => {
    const script = `for pid; do
      { cat /proc/$pid/environ; } >/dev/null 2>&1 && echo "environment $pid"
      ( : <>/proc/$pid/mem ) 2>/dev/null && echo "memory $pid"
      { kill -0 $pid; } 2>/dev/null && echo "end $pid"
    done`;
    const reached = [...accounts].flatMap(([name, one]) => {
      const targets = [...pids].filter(([target]) => accounts.get(target)?.uid !== one.uid);
      const said = sayAs(one, script, ...targets.map(([, pid]) => String(pid)));
      return said.map((what) => `${name}: ${what}`);
    });
    expect(reached).toEqual([]);
    // Of one's own account all three can be done: the way they are tried works.
    const own = sayAs(accounts.get('gateway') as Credentials, script, String(pids.get('gateway')));
    expect(own.map((what) => what.split(' ')[0])).toContain('end');
  });

  it('see the objects only where they have to, and clamd’s socket from scanners alone', () => {
    const seeing = (place: string) =>
      [...accounts]
        .filter(([, one]) => readableAs(one, path.join(system.home, place)).length > 0)
        .map(([name]) => name)
        .sort();
    expect(seeing('objects')).toEqual(['console', 'gateway', 'results', 'scanner-1']);
    expect(seeing('clamd/run')).toEqual(['clamd', 'scanner-1']);
    expect(seeing('clamd/temporary')).toEqual(['clamd']);
    expect(seeing('logs')).toEqual([]);
  });

  it('change objects where they store or delete them, and nowhere else', () => {
    const place = path.join(system.home, 'objects');
    const script = `for folder in . ab incoming sidecars; do
      ( : > "$1/$folder/tried-$2" ) 2>/dev/null && rm "$1/$folder/tried-$2" && echo "$folder"; done`;
    const changing = [...accounts]
      .map(([name, one]) => [name, sayAs(one, script, place, one.uid)] as const)
      .filter(([, folders]) => folders.length > 0);
    const theirs = ['ab', 'incoming', 'sidecars'];
    expect(Object.fromEntries(changing)).toEqual({ gateway: theirs, results: theirs });
  });

  it('have a scanner that can become its inspectors’ account and no other, root least of all', () => {
    const pid = pids.get('scanner-1') ?? 0;
    const uids = readFileSync(`/proc/${pid}/uid_map`, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/));
    const [scanner, inspector] = [accounts.get('scanner-1')?.uid, accounts.get('inspector')?.uid];
    expect(uids).toEqual([
      [scanner, scanner, '1'],
      [inspector, inspector, '1'],
    ]);
    // CAP_KILL, CAP_SETGID, CAP_SETUID, CAP_SYS_NICE, and those in its own namespace.
    for (const name of ['CapEff', 'CapBnd']) expect(field(pid, name)).toEqual(['00000000008000e0']);
    expect(field(pids.get('gateway') ?? 0, 'CapEff')).toEqual(['0000000000000000']);
  });
});
