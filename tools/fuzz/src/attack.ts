/** Who sends it: an accepted system, one no one accepted, somebody without a certificate, or bytes that are no TLS. */
export type AttackCaller = 'accepted' | 'unknown' | 'no-certificate' | 'no-tls';

/** One hostile conversation on a connection of its own. */
export interface Attack {
  readonly kind: string;
  readonly caller: AttackCaller;
  /** Written one after the other, each in a packet of its own. */
  readonly pieces: readonly Buffer[];
  /** `answer`: stays for the answers, and ends its side when none comes. `reset`: is gone at once. */
  readonly ending: 'answer' | 'reset';
  /** Answers that could come at most; more means that a body was taken for a request. */
  readonly maxAnswers: number;
  /** A 2xx would be wrong: nothing in it may be served. */
  readonly isRefused: boolean;
}

export type AttackDraft = Pick<Attack, 'pieces'> &
  Partial<Pick<Attack, 'caller' | 'ending' | 'maxAnswers' | 'isRefused'>>;

/** In every attack somewhere a caller may write: an answer that repeats it repeats what it was sent. */
export const canary = 'Zq9canaryX';

export const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

/** A request whose head is written as given: nothing is checked, completed or escaped. */
export function request(line: string, headers: readonly string[] = [], body: string | Buffer = ''): Buffer {
  const head = bytes(`${[line, ...headers].join('\r\n')}\r\n\r\n`);
  return Buffer.concat([head, typeof body === 'string' ? bytes(body) : body]);
}
