export interface SandboxAccount {
  readonly uid: number;
  readonly gid: number;
}

let account: SandboxAccount | null = null;

/**
 * Every sandbox of this process runs under that account instead of its own. Once, before the first one. It takes a
 * process that may become it, and better no other: the launcher starts scanners in a user namespace of two accounts.
 */
export function runSandboxesAs(one: SandboxAccount): void {
  account = one;
}

/** For `spawn`. */
export const sandboxIdentity = (): Partial<SandboxAccount> => account ?? {};

/** What lets this process become the account does not go along. */
export const withoutCapabilities = (command: readonly string[]): string[] =>
  account === null
    ? [...command]
    : ['/usr/bin/setpriv', '--no-new-privs', '--ambient-caps=-all', '--inh-caps=-all', '--', ...command];
