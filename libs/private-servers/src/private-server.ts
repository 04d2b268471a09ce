import path from 'node:path';
import { serviceAccount, type Account } from './processes/account.js';
import { separateParts, type SeparatePart, type Separation } from './processes/separate-accounts.js';
import { ProcessRecords } from './processes/process-records.js';
import type { ProcessEvent, SupervisionOptions } from './processes/supervised-process.js';
import { makeDirectory } from './files/directories.js';
import { refuseUnusablePath } from './files/path-rules.js';
import { PortBook } from './ports/port-book.js';

/** What every private server needs to know of where it runs. Only `home` is needed: a folder of its own. */
export interface PrivateServerOptions {
  readonly home: string;
  /** Absent: the system user `sluice` when root, else whoever runs this. */
  readonly account?: Account | null;
  readonly onEvent?: (event: ProcessEvent) => void;
  /** Gives up a start that is under way. */
  readonly signal?: AbortSignal;
}

export interface ServerContext extends SupervisionOptions {
  readonly home: string;
  /** Whether each part has an account of its own; `account` is that of database and broker, and of all where not. */
  readonly separation: Separation;
  readonly secrets: string;
  readonly logs: string;
  /** Which port each part listened on the last time. */
  readonly ports: PortBook;
  /** For tools that run once, such as initdb. */
  readonly identity: { readonly uid?: number; readonly gid?: number };
}

export function prepareContext(options: PrivateServerOptions): ServerContext {
  const account = options.account === undefined ? serviceAccount() : options.account;
  refuseUnusablePath(path.resolve(options.home));
  const separation = separateParts(account);
  const isSeparate = separation.kind === 'separate';
  const home = makeDirectory(path.resolve(options.home), isSeparate ? 'passable' : 'readable', account);
  return {
    account,
    separation,
    home,
    secrets: makeDirectory(path.join(home, 'secrets'), 'launcher', account),
    logs: makeDirectory(path.join(home, 'logs'), 'launcher', account),
    ports: new PortBook(makeDirectory(path.join(home, 'ports'), 'launcher', account)),
    records: new ProcessRecords(home),
    identity: account === null ? {} : { uid: account.uid, gid: account.gid },
    ...(options.onEvent === undefined ? {} : { onEvent: options.onEvent }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  };
}

/** The same for one part, as the account that is its own where there are such. */
export function surroundingsOf(part: SeparatePart, context: ServerContext): ServerContext {
  const { separation } = context;
  if (separation.kind === 'shared') return context;
  const account = separation.accounts[part];
  return { ...context, account, identity: { uid: account.uid, gid: account.gid } };
}

/** The environment of a child: where programs are, and plain English messages. Nothing else is inherited. */
export const plainEnvironment = (home: string): Record<string, string> => ({
  PATH: `${process.env['PATH'] ?? ''}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
  HOME: home,
  LC_ALL: 'C.UTF-8',
});
