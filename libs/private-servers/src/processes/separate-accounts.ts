import { spawnSync } from 'node:child_process';
import type { Account } from './account.js';

/**
 * A launcher that is root gives each part an account of its own, beside `sluice` (database, broker, migration). They are
 * numbers without names in /etc/passwd, of a range that systemd and Debian leave unused and that containers map.
 *
 * | id    | uid of        | gid of                                                              |
 * |-------|---------------|---------------------------------------------------------------------|
 * | 61100 |               | gateway, results, console, and of the objects; the scanner has it besides |
 * | 61101 | gateway       |                                                                     |
 * | 61102 | scanner       | scanner, and of the folder of clamd's socket                        |
 * | 61103 | results       |                                                                     |
 * | 61104 | console       |                                                                     |
 * | 61105 | notifier      | notifier; one that releases mail is in 61100 instead                |
 * | 61106 | clamd         | clamd                                                               |
 * | 61107 | inspectors    | inspectors                                                          |
 * | 61108 | sensor        | sensor                                                              |
 * | 61109 |               | the folders of the objects; gateway and results have it besides: they alone change what is there |
 */
export const objectsGroup = 61_100;
export const objectWritersGroup = 61_109;

const ids = {
  gateway: { uid: 61_101, gid: objectsGroup },
  scanner: { uid: 61_102, gid: 61_102 },
  results: { uid: 61_103, gid: objectsGroup },
  console: { uid: 61_104, gid: objectsGroup },
  notifier: { uid: 61_105, gid: 61_105 },
  clamd: { uid: 61_106, gid: 61_106 },
  inspector: { uid: 61_107, gid: 61_107 },
  sensor: { uid: 61_108, gid: 61_108 },
} as const;

export type SeparatePart = keyof typeof ids;
export type SeparateAccounts = Readonly<Record<SeparatePart, Account>>;

export type Separation =
  | { readonly kind: 'separate'; readonly accounts: SeparateAccounts }
  | { readonly kind: 'shared'; readonly why: string };

const setpriv = '/usr/bin/setpriv';

/** `account`: what everything ran as before, and database and broker still do; null: the launcher is not root. */
export function separateParts(account: Account | null): Separation {
  if (account === null) return { kind: 'shared', why: 'only root can start processes under other accounts' };
  if (process.platform !== 'linux')
    return { kind: 'shared', why: 'accounts of their own are made on Linux only' };
  const { uid, gid } = ids.inspector;
  // In a container that maps fewer ids there are no such accounts.
  const { status, error } = spawnSync(setpriv, ['--no-new-privs', '--', 'true'], { uid, gid, cwd: '/' });
  if (status !== 0)
    return {
      kind: 'shared',
      why: `${setpriv} cannot run as uid ${uid}: ${error?.message ?? `code ${status}`}`,
    };
  const named = Object.entries(ids).map(
    ([name, one]) => [name, { name: `sluice's ${name}`, ...one }] as const,
  );
  return { kind: 'separate', accounts: Object.fromEntries(named) as unknown as SeparateAccounts };
}
