import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Methods of AMQP, as they stand in a frame. */
export const methods = {
  connectionOpenOk: Buffer.from([0, 10, 0, 41]),
  channelClose: Buffer.from([0, 20, 0, 40]),
  channelCloseOk: Buffer.from([0, 20, 0, 41]),
};

/** As when an operator closes all connections: CONNECTION_FORCED (320), without words. */
const connectionClose = Buffer.from([1, 0, 0, 0, 0, 0, 11, 0, 10, 0, 50, 1, 64, 0, 0, 0, 0, 0, 0xce]);

/** Between a service and the broker. */
export class Line {
  /** So many of the broker's pieces come through on each connection, then it is silent. */
  pieces = Number.POSITIVE_INFINITY;
  /** The connection breaks when the service says this; once. */
  breaksAt: Buffer | null = null;
  /** By a reset, as when the broker's machine is gone. */
  breaksByReset = false;
  /** The broker closes the connection in the same breath in which it says this; once. */
  closesAt: Buffer | null = null;
  private readonly sockets = new Set<Socket>();
  private readonly server;

  /** The broker's address, with a login. */
  constructor(private readonly brokerUrl: string) {
    const port = Number(new URL(brokerUrl).port);
    this.server = createServer((service) => this.join(service, connect(port, '127.0.0.1')));
  }

  /** The address to use instead. */
  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    const url = new URL(this.brokerUrl);
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href;
  }

  /** As a frozen broker: nothing the service says is taken. */
  hold(): void {
    for (const one of this.sockets) one.pause();
  }

  break(): void {
    for (const one of this.sockets) one.destroy();
  }

  async close(): Promise<void> {
    this.break();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private heard(bytes: Buffer): Buffer {
    if (this.closesAt === null || !bytes.includes(this.closesAt)) return bytes;
    this.closesAt = null;
    return Buffer.concat([bytes, connectionClose]);
  }

  private join(service: Socket, broker: Socket): void {
    let seen = 0;
    service.on('data', (bytes: Buffer) => {
      if (this.breaksAt === null || !bytes.includes(this.breaksAt)) return broker.write(bytes);
      this.breaksAt = null;
      return this.breaksByReset ? service.resetAndDestroy() : service.destroy();
    });
    broker.on(
      'data',
      (bytes: Buffer) => void ((seen += 1) <= this.pieces && service.write(this.heard(bytes))),
    );
    for (const one of [service, broker]) {
      this.sockets.add(one);
      one.on('error', () => undefined);
      one.on('close', () => (service.destroy(), broker.destroy()));
    }
  }
}
