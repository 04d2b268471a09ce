/** Bounds of one listener. Times in milliseconds, sizes in bytes. */
export interface ClamdLimits {
  /** A stream may have as many bytes; clamd's StreamMaxLength. */
  readonly maxStreamBytes: number;
  /** Connections beyond are closed as they come. */
  readonly maxConnections: number;
  /** A command with its terminator. */
  readonly maxCommandBytes: number;
  /** Commands of one session whose answers are on their way; with as many, no more is read of it. */
  readonly maxPipelined: number;
  /** Streams on their way of all clients together; with as many, a session is read on only when none of its own is. */
  readonly maxScans: number;
  /** From a command's first byte to its last, and how long a new connection may say nothing; clamd's CommandReadTimeout. */
  readonly commandReadMs: number;
  /** Between two pieces of a stream; clamd's ReadTimeout. */
  readonly streamIdleMs: number;
  /** Without a command while no answer is on its way, in a session; clamd's IdleTimeout. */
  readonly sessionIdleMs: number;
  /** After the last byte of a command without prefix and terminator, which some clients send. */
  readonly bareCommandMs: number;
  /** How long a client may take to read its last answer and close. */
  readonly lingerMs: number;
}

/**
 * What turned a client away.
 *
 * | limit          | what the client got                                      |
 * |----------------|----------------------------------------------------------|
 * | connections    | the connection's end: more than `maxConnections`          |
 * | not-allowed    | the connection's end: an address that `isAllowed` refuses |
 * | command-length | `UNKNOWN COMMAND`                                        |
 * | command-time   | `COMMAND READ TIMED OUT`                                 |
 * | stream-length  | `answerCut('too-large')`                                 |
 * | stream-time    | `answerCut('stalled')`                                   |
 * | unread         | the connection's end: it asks, and reads no answers       |
 */
export type ClamdLimit =
  | 'connections'
  | 'not-allowed'
  | 'command-length'
  | 'command-time'
  | 'stream-length'
  | 'stream-time'
  | 'unread';

/** clamd's own defaults where it has one. */
export const clamdLimits: ClamdLimits = {
  maxStreamBytes: 100 * 1024 ** 2,
  maxConnections: 2000,
  maxCommandBytes: 4096,
  maxPipelined: 64,
  maxScans: 2000,
  commandReadMs: 30_000,
  streamIdleMs: 120_000,
  sessionIdleMs: 30_000,
  bareCommandMs: 200,
  lingerMs: 5000,
};
