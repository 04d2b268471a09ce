/** Commands that are served, as VERSIONCOMMANDS lists them. */
const served = ['PING', 'VERSION', 'VERSIONCOMMANDS', 'STATS', 'INSTREAM', 'IDSESSION', 'END'] as const;
export type ServedCommand = (typeof served)[number];

/** Not taken without a prefix (clamd's table of commands). */
const needsPrefix: ReadonlySet<string> = new Set([
  'INSTREAM',
  'IDSESSION',
  'STATS',
  'VERSIONCOMMANDS',
  'END',
]);
/** They name a path of this machine, which is never looked at: whoever reaches the port is no one to this machine. */
const ofPaths: ReadonlySet<string> = new Set(['SCAN', 'RAWSCAN', 'CONTSCAN', 'MULTISCAN', 'ALLMATCHSCAN']);
/** They stop or burden the server. */
const ofOperators: ReadonlySet<string> = new Set(['RELOAD', 'SHUTDOWN', 'SELFCHECK']);

export type Dispatch =
  | { readonly kind: 'serve'; readonly command: ServedCommand }
  | { readonly kind: 'refuse'; readonly text: string }
  /** It names an object that is not looked at: answered as one that was not examined. */
  | { readonly kind: 'not-a-stream'; readonly label: string };

const refuse = (text: string): Dispatch => ({ kind: 'refuse', text });

/** What becomes of a command. In a session only those that clamd allows there. */
export function dispatch(
  { name, argument, isBare }: { name: string; argument: string; isBare: boolean },
  isInSession: boolean,
): Dispatch {
  const command = served.find((one) => one === name);
  if (command !== undefined && !(isBare && needsPrefix.has(command))) {
    if (command === 'IDSESSION' && isInSession) return refuse('Command invalid inside IDSESSION. ERROR');
    if (command === 'END' && !isInSession) return refuse('UNKNOWN COMMAND');
    return { kind: 'serve', command };
  }
  if (ofPaths.has(name)) return { kind: 'not-a-stream', label: argument };
  if (name === 'FILDES') return { kind: 'not-a-stream', label: 'fd' };
  if (ofOperators.has(name)) return refuse('COMMAND UNAVAILABLE');
  return refuse('UNKNOWN COMMAND');
}

export const commandList = served.join(' ');
