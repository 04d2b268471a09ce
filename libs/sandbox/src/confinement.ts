import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { type SandboxAccount, sandboxIdentity, withoutCapabilities } from './sandbox-account.js';
import { confinedRootScript, programs } from './confined-root.js';
import { filteredCommand, filterProblem } from './filtered-command.js';
import { type SandboxLimits, limitedCommand } from './limited-command.js';
import { reservedCodeBytes } from './reserved-code.js';

/**
 * What stands between hostile code in a sandbox and the rest of the machine, beside its limits and Node's permission model.
 * `why` is for operators: what the kinds above were refused for.
 *
 * | kind               | made by                          | keeps out                                            |
 * |--------------------|----------------------------------|------------------------------------------------------|
 * | `namespaces`       | user_namespaces(7), no privilege | network, other processes; of the file system only programs, code and given files are there, read-only |
 * | `filters`          | seccomp(2), landlock(7)          | network, touching other processes, new ones, writing; reading anything else where `isReadingBounded` |
 * | `permissions-only` |                                  | nothing from code that got past Node                 |
 *
 * Containers' usual seccomp profile refuses the first and allows the second.
 */
export type Confinement =
  | { readonly kind: 'namespaces' }
  | { readonly kind: 'filters'; readonly isReadingBounded: boolean; readonly why: string }
  | { readonly kind: 'permissions-only'; readonly why: string };

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

/** The strongest that this machine lets be made. Tried once per process. */
export function confinement(): Confinement {
  known ??= confinementAs(sandboxIdentity());
  return known;
}

/** The same for sandboxes of another account, for who starts its processes. */
export function confinementAs(identity: Partial<SandboxAccount>): Confinement {
  const absent = tools.find((tool) => !existsSync(tool));
  if (absent !== undefined) return tryFilters(`there is no ${absent}`, identity);
  const problem = problemOf(inNamespaces(placesOf(process.execPath), sample), identity);
  if (problem === null) return { kind: 'namespaces' };
  return tryFilters(`namespaces are refused: ${problem}`, identity);
}

function tryFilters(why: string, identity: Partial<SandboxAccount>): Confinement {
  const absent = filterProblem();
  if (absent !== null) return { kind: 'permissions-only', why: `${why}; ${absent}` };
  const readable = [...programs, ...placesOf(process.execPath)];
  const problemWith = (isReadingBounded: boolean): string | null =>
    problemOf(filteredCommand(sample, { readable, isReadingBounded }), identity);
  const bounded = problemWith(true);
  if (bounded === null) return { kind: 'filters', isReadingBounded: true, why };
  const open = problemWith(false);
  if (open !== null) return { kind: 'permissions-only', why: `${why}; filters are refused: ${open}` };
  return { kind: 'filters', isReadingBounded: false, why: `${why}; reading cannot be bounded: ${bounded}` };
}

const sample = restrictedNode([], ['-e', '0']);

/** Null: it runs. */
function problemOf(confined: readonly string[], identity: Partial<SandboxAccount>): string | null {
  const [file = '', ...args] = withoutCapabilities(confined);
  const options = { encoding: 'utf8', cwd: '/', env: {}, ...identity } as const;
  const { status, signal, stderr, error } = spawnSync(file, args, options);
  if (status === 0) return null;
  return error?.message ?? (stderr.trim().split('\n').at(-1) || (signal ?? `code ${status}`));
}

/** For operators, where there are no namespaces; SECURITY.md says what follows. Null: there are. */
export function confinementNote(confined: Confinement): string | null {
  switch (confined.kind) {
    case 'namespaces':
      return null;
    case 'filters':
      return confined.isReadingBounded
        ? 'inspectors are kept by filters of the kernel instead of namespaces: no network, no other process, few files'
        : 'inspectors are kept by a filter of system calls instead of namespaces: no network, no other process; from reading other files only by Node';
    case 'permissions-only':
      return "inspectors are kept by Node's permission model and limits only: what else this account may reach, code that gets past Node may reach";
  }
}

/** How a program is to be run. */
interface ConfinedProgram {
  readonly confined: Confinement;
  /** Files and folders that it reads. */
  readonly readable: readonly string[];
  readonly limits: SandboxLimits;
  readonly command: readonly string[];
}

export function confinedProgram({ confined, readable, limits, command }: ConfinedProgram): string[] {
  const places = [...placesOf(command[0] ?? ''), ...readable];
  switch (confined.kind) {
    case 'namespaces':
      return inNamespaces(places, limitedCommand(limits, command));
    case 'filters': {
      const filtering = { ...confined, readable: [...programs, ...places] };
      return limitedCommand(limits, filteredCommand(command, filtering));
    }
    case 'permissions-only':
      return limitedCommand(limits, command);
  }
}

/** Node with these arguments, kept by itself, too, from all that a parser need not do. */
export function confinedNode({
  args,
  ...program
}: Omit<ConfinedProgram, 'command'> & { readonly args: readonly string[] }): string[] {
  // A root of its own holds nothing else.
  const readable = program.confined.kind === 'namespaces' ? ['*'] : program.readable.flatMap(withLinkTarget);
  const limits = { ...program.limits, memoryBytes: program.limits.memoryBytes + reservedCodeBytes() };
  return confinedProgram({ ...program, limits, command: restrictedNode(readable, args) });
}

/** Writing, starting programs, add-ons and workers are refused, and reading anything else. Connections are not. */
function restrictedNode(readable: readonly string[], args: readonly string[]): string[] {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isStable = major > 22 || (major === 22 && minor >= 13);
  return [
    ...[process.execPath, isStable ? '--permission' : '--experimental-permission'],
    ...readable.map((place) => `--allow-fs-read=${place}`),
    // A configuration that is there and cannot be read ends Node at its start; one in a home folder is no one's business.
    ...['--openssl-config=/dev/null', '--disable-warning=ExperimentalWarning', ...args],
  ];
}

/** Node asks by the path that was written, and loads modules by the one it leads to. */
const withLinkTarget = (place: string): string[] =>
  existsSync(place) ? [...new Set([place, realpathSync(place)])] : [place];

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
