/** Limits of one process, set by the kernel. They hold over its whole life, so processes are replaced in time. */
export interface SandboxLimits {
  /**
   * Writable memory (RLIMIT_DATA). Not address space: V8 and WebAssembly reserve gigabytes they never touch.
   * For Node what it reserves for compiled code comes on top, where the kernel counts it (`reservedCodeBytes`).
   */
  readonly memoryBytes: number;
  /** CPU seconds of the whole process life; the pool replaces processes long before. */
  readonly cpuSeconds: number;
  /** Node reads the modules of a program all at once, so a start needs some hundred. */
  readonly openFiles: number;
}

export const defaultLimits: SandboxLimits = { memoryBytes: 1024 ** 3, cpuSeconds: 900, openFiles: 256 };

/**
 * Run by `sh` because Node cannot set limits before exec. dash and bash both take these; -f 0 forbids writing files.
 * setpriv (util-linux) ends the process with its parent and takes away set-user-ID programs; without it the
 * process still ends when its pipe closes or its CPU time is used up.
 */
const script = `
ulimit -d "$1" && ulimit -t "$2" && ulimit -n "$3" && ulimit -f 0 && ulimit -c 0 || exit 97
shift 3
if [ -x /usr/bin/setpriv ]; then exec /usr/bin/setpriv --no-new-privs --pdeathsig KILL -- "$@"; fi
exec "$@"
`;

export function limitedCommand(limits: SandboxLimits, command: readonly string[]): string[] {
  const values = [Math.floor(limits.memoryBytes / 1024), limits.cpuSeconds, limits.openFiles];
  return ['/bin/sh', '-c', script, 'sandbox', ...values.map(String), ...command];
}
