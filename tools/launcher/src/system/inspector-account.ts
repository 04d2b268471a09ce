import { spawnSync } from 'node:child_process';
import { objectsGroup, type Account, type SeparateAccounts } from '@sluice/private-servers';

/**
 * `$1` uid and `$2` gid of the scanner, `$3` and `$4` of its inspectors, `$5` the group of the objects; then the command.
 *
 * The scanner runs in a user namespace that knows its own account and that of its inspectors and no other: it can start
 * processes as the second, end them and set their priority, and there is no root in it that it could become. The maps
 * can only be written from outside, after the namespace is there: a process that no one waits for does it and is gone.
 */
const script = `
self=$$ outside=$(readlink /proc/self/ns/user)
( ( tries=0
    until [ "$(readlink /proc/$self/ns/user)" != "$outside" ]; do
      tries=$((tries + 1)); [ "$tries" -lt 3000 ] || exit 1; sleep 0.02
    done
    printf '%s %s 1\\n' "$2" "$2" "$4" "$4" "$5" "$5" > /proc/$self/gid_map &&
      printf '%s %s 1\\n' "$1" "$1" "$3" "$3" > /proc/$self/uid_map ) & )
exec unshare --user --keep-caps -- /bin/sh -c '
  tries=0
  until grep -q . /proc/self/uid_map; do tries=$((tries + 1)); [ "$tries" -lt 3000 ] || exit 97; sleep 0.02; done
  uid=$1 gid=$2 group=$5; shift 5
  all=-all,+setuid,+setgid,+kill,+sys_nice
  exec setpriv --reuid "$uid" --regid "$gid" --groups "$group" \\
    --inh-caps="$all" --ambient-caps="$all" --bounding-set="$all" -- "$@"' inspectors "$@"
`;

/** Started by root. */
export function withInspectorAccount(accounts: SeparateAccounts, command: readonly string[]): string[] {
  const { scanner, inspector } = accounts;
  const ids = [scanner.uid, scanner.gid, inspector.uid, inspector.gid, objectsGroup].map(String);
  return ['/bin/sh', '-c', script, 'scanner', ...ids, ...command];
}

/** As an account that is in one group more; of its rights as root it keeps none. Started by root. */
export function inGroup({ uid, gid }: Account, group: number, command: readonly string[]): string[] {
  const ids = ['--reuid', `${uid}`, '--regid', `${gid}`, '--groups', `${group}`];
  return ['/usr/bin/setpriv', ...ids, '--inh-caps=-all', '--bounding-set=-all', '--', ...command];
}

let known: string | null | undefined;

/** Why inspectors cannot have an account of their own; null: they can. Tried once. */
export function inspectorAccountProblem(accounts: SeparateAccounts): string | null {
  if (known !== undefined) return known;
  const [file = '', ...args] = withInspectorAccount(accounts, ['true']);
  const { status, error, stderr } = spawnSync(file, args, { cwd: '/', encoding: 'utf8', timeout: 60_000 });
  const said = error?.message ?? stderr.trim().split('\n').at(-1) ?? '';
  known = status === 0 ? null : said === '' ? `code ${status}` : said;
  return known;
}
