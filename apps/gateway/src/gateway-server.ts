import type { AddressInfo } from 'node:net';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { CallerPair } from '@sluice/registry-feed';
import type { Logger } from '@sluice/runtime';
import type { KeyPair } from '@sluice/tls';
import type { AddressList } from '@sluice/runtime';
import { OpenConnections } from './accept-connections/open-connections.js';
import { createTlsServer, secureContextOptions } from './accept-connections/tls-server.js';
import { answerConnect, answerMalformed } from './answer-requests/answer-malformed.js';
import { refuse } from './answer-requests/answer.js';
import type { AnswerExchange } from './answer-requests/answer-exchange.js';
import { Exchange } from './answer-requests/exchange.js';
import { rejectAmbiguousRequest } from './answer-requests/reject-ambiguous-request.js';
import type { GatewayLimits } from './gateway-limits.js';
import type { ReachedLimits } from './reached-limits.js';

interface GatewayServerOptions {
  readonly keyPair: KeyPair;
  readonly limits: GatewayLimits;
  readonly proxyFrom: AddressList;
  readonly answers: AnswerExchange;
  readonly reached: Pick<ReachedLimits, 'note'>;
  readonly logger: Logger;
}

export interface GatewayServer {
  listen(host: string, port: number): Promise<AddressInfo>;
  /** Connections made from now on see the new pair. */
  setKeyPair(pair: KeyPair): void;
  endConnectionsOf(pair: CallerPair): void;
  readonly connections: number;
  /** Takes no more connections, finishes requests with `Connection: close`, and breaks what is left at the deadline. */
  stop(deadlineMs: number): Promise<void>;
}

type Expectation = 'none' | 'continue' | 'unknown';

/** The HTTPS server on `node:https` itself: a router in the intake path costs half of its throughput. */
export function createGatewayServer(options: GatewayServerOptions): GatewayServer {
  const { answers, logger, limits, reached } = options;
  const connections = new OpenConnections();
  const server = createTlsServer({ ...options, connections });
  let isStopping = false;

  const handle = (request: IncomingMessage, response: ServerResponse, expectation: Expectation): void => {
    const connection = connections.of(request.socket);
    if (connection === null) return void request.socket.destroy();
    if (!connection.takesRequest(limits.maxOpenRequests, () => reached.note('open-requests'))) return;
    const exchange = new Exchange({
      request,
      response,
      connection,
      drain: limits.drain,
      writeStallMs: limits.writeStallMs,
      isContinueExpected: expectation === 'continue',
      isStopping: () => isStopping,
    });
    const handled = answer(exchange, expectation);
    handled.catch((err: unknown) => {
      logger.error({ err, requestId: exchange.requestId }, 'answer failed');
      request.socket.destroy();
    });
  };
  const answer = (exchange: Exchange, expectation: Expectation): Promise<void> => {
    const unsound = rejectAmbiguousRequest(exchange.request, limits);
    if (unsound !== null) return exchange.send(unsound, true);
    return expectation === 'unknown'
      ? exchange.send(refuse('expectation-failed', 'only Expect: 100-continue is known'))
      : answers.handle(exchange);
  };
  server.on('request', (request, response) => handle(request, response, 'none'));
  server.on('checkContinue', (request, response) => handle(request, response, 'continue'));
  server.on('checkExpectation', (request, response) => handle(request, response, 'unknown'));
  server.on('connect', (request, socket) => answerConnect(socket as Socket, connections.of(request.socket)));
  server.on('clientError', (error, socket) =>
    answerMalformed(error, socket as Socket, connections.of(socket)),
  );

  return {
    listen: (host, port) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen({ port, host, backlog: limits.maxWaitingConnections }, () => {
          server.off('error', reject);
          server.on('error', (err) => logger.error({ err }, 'server error'));
          resolve(server.address() as AddressInfo);
        });
      }),
    setKeyPair: (pair) => server.setSecureContext(secureContextOptions(pair)),
    endConnectionsOf: (pair) => connections.end(pair),
    get connections() {
      return connections.size;
    },
    stop: async (deadlineMs) => {
      isStopping = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const timer = setTimeout(() => server.closeAllConnections(), deadlineMs);
      await closed;
      clearTimeout(timer);
    },
  };
}
