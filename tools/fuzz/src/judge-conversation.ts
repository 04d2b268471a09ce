import { canary, type Attack } from './attack.js';
import { readAnswers, type RawAnswer } from './read-answers.js';

/** How a connection on which an attack was sent ended. `hung`: neither answered nor closed in the time every bound allows. */
export interface Conversation {
  readonly received: string;
  readonly end: 'closed' | 'left' | 'hung';
}

export interface Judgement {
  /** Codes of the answers; `closed` when there was none. */
  readonly outcome: readonly string[];
  readonly violations: readonly string[];
}

/** Codes of the contract (docs/external-systems-api.md). 500 and 503 are not here: nothing was away. */
export const documentedCodes: readonly number[] = [200, 400, 401, 404, 408, 413, 417, 429, 431];
/** Beyond the head of an answer and a body with advice there is nothing to say to a malformed request. */
const maxErrorBytes = 1024;
const maxAnswerBytes = 4 * 1024 ** 2;
const leaks =
  /node_modules|\/(?:home|tmp|usr|var|proc|srv|opt|etc)\/|\bat \S+ \(|\.[jt]s:\d+|\b[A-Z]\w*Error: |\b(?:ECONN|EPIPE|ENOENT|EACCES|HPE_|ERR_)|postgres|amqp|rabbit|select .+ from/i;

export function judgeConversation(attack: Attack, { received, end }: Conversation): Judgement {
  // A HEAD that cannot be read is answered as what it is to the server: no request.
  const isHead =
    attack.pieces[0]?.toString('latin1').startsWith('HEAD ') === true && !received.startsWith('HTTP/1.1 400');
  const { answers, rest } = readAnswers(received, isHead);
  const violations = answers.flatMap((answer) => judgeAnswer(answer, attack, isHead));
  if (end === 'hung') violations.push('neither answered nor closed');
  // A connection that breaks may break within an answer; one that lives may not.
  if (rest !== '' && !/^HTTP\/1\.1 \d{3} /.test(rest) && attack.caller !== 'no-tls')
    violations.push(`no answer: ${JSON.stringify(rest.slice(0, 80))}`);
  if (answers.length > attack.maxAnswers)
    violations.push(`${answers.length} answers to ${attack.maxAnswers} requests`);
  const outcome = answers.length === 0 ? ['closed'] : answers.map(({ status }) => String(status));
  return { outcome, violations };
}

function judgeAnswer(answer: RawAnswer, attack: Attack, isHead: boolean): string[] {
  const { status, headers, body } = answer;
  const whole = [...headers].flat().join('\n') + body;
  const isError = status >= 400;
  return [
    ...(documentedCodes.includes(status) ? [] : [`${status} is not in the contract`]),
    ...(attack.isRefused && status < 300 ? [`${status}: it was served`] : []),
    ...(attack.caller !== 'accepted' && status < 300 ? [`${status} to somebody who is not accepted`] : []),
    ...(isError && !isHead ? judgeError(answer) : []),
    ...(whole.length > (isError ? maxErrorBytes : maxAnswerBytes)
      ? [`an answer of ${whole.length} bytes`]
      : []),
    ...(leaks.test(whole) ? [`it tells what is inside: ${leaks.exec(whole)?.[0]}`] : []),
    ...(isError && whole.includes(canary) ? ['it repeats what it was sent'] : []),
    ...(/^[A-Za-z0-9._-]{1,64}$/.test(headers.get('x-request-id') ?? '') ? [] : ['no X-Request-Id']),
  ];
}

function judgeError({ status, headers, body }: RawAnswer): string[] {
  const violations: string[] = [];
  if (headers.get('content-type') !== 'application/json')
    violations.push(`${status} as ${headers.get('content-type')}`);
  if ((status === 429 || status === 503) && !/^\d+$/.test(headers.get('retry-after') ?? ''))
    violations.push(`${status} without Retry-After`);
  if (!isErrorBody(body)) violations.push(`${status} with the body ${JSON.stringify(body.slice(0, 80))}`);
  return violations;
}

function isErrorBody(body: string): boolean {
  try {
    const value = JSON.parse(body) as Record<string, unknown>;
    return (
      Object.keys(value).join() === 'error,message' &&
      /^[A-Z]\w+$/.test(String(value['error'])) &&
      typeof value['message'] === 'string'
    );
  } catch {
    return false;
  }
}
