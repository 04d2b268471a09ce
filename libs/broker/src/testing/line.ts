import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Between a service and the broker. */
export class Line {
  /** So many of the broker's pieces come through on each connection, then it is silent. */
  pieces = Number.POSITIVE_INFINITY;
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

  private join(service: Socket, broker: Socket): void {
    let seen = 0;
    service.on('data', (bytes: Buffer) => broker.write(bytes));
    broker.on('data', (bytes: Buffer) => void ((seen += 1) <= this.pieces && service.write(bytes)));
    for (const one of [service, broker]) {
      this.sockets.add(one);
      one.on('error', () => undefined);
      one.on('close', () => (service.destroy(), broker.destroy()));
    }
  }
}
