import type { IncomingMessage } from 'node:http';
import type { GatewayLimits } from '../gateway-limits.js';
import { refuse } from './answer.js';
import type { Answer } from './answer.js';

/**
 * What Node's parser lets pass and no one honest sends. Two readers could understand it differently, so nothing behind
 * it on the connection is taken for a request. Null: the request is sound.
 */
export function rejectAmbiguousRequest(
  request: IncomingMessage,
  { maxHeaders }: Pick<GatewayLimits, 'maxHeaders'>,
): Answer | null {
  if (request.rawHeaders.length / 2 > maxHeaders)
    return refuse('headers-too-large', `a request may have at most ${maxHeaders} headers`);
  if (request.httpVersionMajor !== 1) return refuse('bad-request', 'HTTP/1.1 is spoken here');
  const encoding = request.headers['transfer-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'chunked')
    return refuse('bad-request', 'the only Transfer-Encoding known is chunked');
  return null;
}
