import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { sandboxIdentity, withoutCapabilities } from './sandbox-account.js';
import { confinedRootScript } from './confined-root.js';

/**
 * What stands between hostile code in a sandbox and the rest of the machine, beside the limits: namespaces of its own, made
 * without any privilege (user_namespaces(7)). No network, no process but itself, and of the file system only programs,
 * the code and the files it is given, in a root that is read-only. Where the kernel or a container's seccomp forbids them
 * a process still has Node's permission model and its limits; `why` is for operators.
 */
export type Confinement =
  { readonly kind: 'namespaces' } | { readonly kind: 'permissions-only'; readonly why: string };

const tools = ['/usr/bin/unshare', '/usr/bin/setpriv'];

/** The inner `setpriv` has to come after the user namespace: the kernel forgets the wish to die with the parent there. */
function inNamespaces(readable: readonly string[], command: readonly string[]): string[] {
  return [
    ...['/usr/bin/unshare', '--user', '--map-root-user', '--net', '--ipc', '--uts', '--mount', '--'],
    ...['/usr/bin/setpriv', '--no-new-privs', '--pdeathsig', 'KILL', '--'],
    ...['/usr/bin/unshare', '--pid', '--fork', '--kill-child', '--'],
    ...['/bin/sh', '-c', confinedRootScript(readable), 'confined', ...command],
  ];
}

let known: Confinement | null = null;

/** Tried once per process. */
export function confinement(): Confinement {
  known ??= tryNamespaces();
  return known;
}

function tryNamespaces(): Confinement {
  const absent = tools.find((tool) => !existsSync(tool));
  if (absent !== undefined) return { kind: 'permissions-only', why: `there is no ${absent}` };
  const [file = '', ...args] = withoutCapabilities(
    inNamespaces(placesOf(process.execPath), [process.execPath, '--version']),
  );
  const options = { encoding: 'utf8', cwd: '/', env: {}, ...sandboxIdentity() } as const;
  const { status, stderr, error } = spawnSync(file, args, options);
  if (status === 0) return { kind: 'namespaces' };
  const said = error?.message ?? stderr.trim().split('\n').at(-1) ?? '';
  return { kind: 'permissions-only', why: `namespaces are refused: ${said || `code ${status}`}` };
}

/** The command as it is to be run: confined as far as this machine lets it be. */
export function confinedCommand(readable: readonly string[], command: readonly string[]): string[] {
  return confinement().kind === 'namespaces'
    ? inNamespaces([...placesOf(process.execPath), ...readable], command)
    : [...command];
}

/** Node, kept from writing, from starting programs and from add-ons. */
export const restrictedNode = (args: readonly string[]): string[] => [
  process.execPath,
  ...permissionFlags(),
  ...args,
];

/** Reading is bounded by the root where there is one; writing, starting programs and add-ons are bounded here. */
function permissionFlags(): string[] {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isStable = major > 22 || (major === 22 && minor >= 13);
  return [
    isStable ? '--permission' : '--experimental-permission',
    '--allow-fs-read=*',
    '--disable-warning=ExperimentalWarning',
  ];
}

/** A Node that is no packaged one, alone: its folder may be somebody's home. */
const placesOf = (program: string): string[] => (program.startsWith('/usr/') ? [] : [program]);

/** What the code of `entryFile` is made of: of the repository around it what runs, and nothing else that lies there. */
export function codeAround(entryFile: string): string[] {
  for (let folder = path.dirname(entryFile); folder !== '/'; folder = path.dirname(folder)) {
    if (!existsSync(path.join(folder, 'node_modules'))) continue;
    return ['package.json', 'node_modules', 'apps', 'libs', 'tools'].map((name) => path.join(folder, name));
  }
  return [path.dirname(entryFile)];
}
