import type { Socket } from 'node:net';
import type { RpcLogger } from './rpc-logger.js';

const firstRetrySeconds = 0.3;
const longestRetrySeconds = 5;

/** The part of the connection manager below Nest's transport that is used here. */
export interface ManagedConnection {
  /** Read anew before each wait. */
  reconnectTimeInSeconds: number;
  isConnected(): boolean;
  /** amqplib's model, its connection, and that one's socket. */
  readonly connection: unknown;
  on(
    event: 'connect' | 'disconnect' | 'connectFailed',
    listener: (about: { err?: unknown }) => void,
  ): unknown;
  createChannel(options: object): { on(event: 'error', listener: (err: unknown) => void): unknown };
}

/**
 * What the connection manager leaves to its users:
 * - a channel that can't be set up because its connection broke tells so by an `error` event, which ends the process
 *   when nobody listens; the next connection sets it up again;
 * - waits between attempts grow and are jittered, so that services don't come back all at the same moment;
 * - an outage is told once when it begins and once when it is over.
 */
export function tendConnection(connection: ManagedConnection, logger: RpcLogger, name: string): void {
  const create = connection.createChannel.bind(connection);
  connection.createChannel = (options) => {
    const channel = create(options);
    channel.on('error', (err) => logger.debug({ err, connection: name }, 'request channel not set up'));
    return channel;
  };
  let failures = 0;
  const failed = (err: unknown, message: string) => {
    connection.reconnectTimeInSeconds = retrySeconds(failures);
    if (failures === 0) logger.warn({ err, connection: name }, message);
    else logger.debug({ err, connection: name }, message);
    failures += 1;
  };
  connection.on('disconnect', ({ err }) => failed(err, 'request connection lost'));
  connection.on('connectFailed', ({ err }) => failed(err, 'broker not reachable for requests'));
  connection.on('connect', () => {
    failures = 0;
    logger.info({ connection: name }, 'request connection open');
  });
}

/**
 * After a channel closed alone (the exchange is gone, a permission is missing), which nobody opens again: ends its
 * connection, so that all of it is made anew, with back-off. Not by asking the broker, which may be frozen by now. A
 * turn later, because by then a connection that ended by itself is known as such.
 */
export function renewConnection(connection: ManagedConnection | null): void {
  setImmediate(() => {
    const model = connection?.connection as { connection: { stream: Socket } } | undefined;
    model?.connection.stream.destroy(new Error('a channel closed alone'));
  });
}

/** 0.3 s, 0.6 s … 5 s, each a half more or less. */
export const retrySeconds = (failures: number): number =>
  Math.min(longestRetrySeconds, firstRetrySeconds * 2 ** failures) * (0.5 + Math.random());
