import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export interface Backend {
  /** `https://host:port` of a gateway. */
  readonly url: string;
  readonly managementPort: number;
}

const checkMs = 250;

/**
 * What deploy/balancer does, as little of it as a test needs: new connections go to gateways that say they are ready; one
 * that refuses is passed over for the next. Connections that stand are left alone.
 */
export class TcpBalancer {
  private readonly ready = new Set<Backend>();
  private readonly sockets = new Set<Socket>();
  private readonly timer: NodeJS.Timeout;
  private turn = 0;

  private constructor(
    private readonly server: Server,
    private readonly backends: readonly Backend[],
  ) {
    server.on('connection', (caller) => this.pass(caller));
    this.timer = setInterval(() => void this.check(), checkMs);
  }

  static async start(backends: readonly Backend[]): Promise<TcpBalancer> {
    const server = createServer({ noDelay: true });
    const balancer = new TcpBalancer(server, backends);
    await balancer.check();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return balancer;
  }

  get url(): string {
    return `https://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async check(): Promise<void> {
    await Promise.all(
      this.backends.map(async (backend) => {
        const isReady = await fetch(`http://127.0.0.1:${backend.managementPort}/health/ready`, {
          signal: AbortSignal.timeout(2000),
        }).then(
          (answer) => answer.ok,
          () => false,
        );
        if (isReady) this.ready.add(backend);
        else this.ready.delete(backend);
      }),
    );
  }

  private pass(caller: Socket): void {
    this.keep(caller);
    const first = (this.turn += 1);
    const order = this.backends.map((_one, index) => this.backends[(first + index) % this.backends.length]);
    const candidates = order.filter((one) => one !== undefined && this.ready.has(one)) as Backend[];
    this.tryNext(caller, candidates);
  }

  private tryNext(caller: Socket, [backend, ...others]: readonly Backend[]): void {
    if (backend === undefined) return void caller.destroy();
    const { hostname, port } = new URL(backend.url);
    const gateway = connect({ host: hostname, port: Number(port), noDelay: true });
    this.keep(gateway);
    const refused = (): void => this.tryNext(caller, others);
    gateway.once('error', refused);
    gateway.once('connect', () => {
      gateway.off('error', refused);
      caller.pipe(gateway).pipe(caller);
      gateway.once('close', () => caller.destroy());
      caller.once('close', () => gateway.destroy());
    });
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => this.sockets.delete(socket));
  }
}
