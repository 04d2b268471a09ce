import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

interface Line {
  readonly upstream: Socket;
  /** What the client sent since the statement that is held; null: nothing is held. */
  held: Buffer[] | null;
}

/**
 * A way to PostgreSQL on which one statement stands still, as where a process or a network does: from then on nothing of its
 * connection passes until it is let go, also when its client has gone away meanwhile.
 */
export class HeldStatements {
  private readonly lines = new Set<Line>();
  private isIt: ((statement: string) => boolean) | null = null;

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {
    server.on('connection', (client) => this.pass(client));
  }

  static async before(databaseUrl: string): Promise<HeldStatements> {
    const server = createServer({ noDelay: true });
    const held = new HeldStatements(server, new URL(databaseUrl));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return held;
  }

  /** What a service takes for its database. */
  get url(): string {
    const url = new URL(this.target.href);
    url.host = `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return url.href;
  }

  /** Holds the next statement that is it. */
  hold(isIt: (statement: string) => boolean): void {
    this.isIt = isIt;
  }

  /** Undefined: none is held yet. */
  get statement(): string | undefined {
    const line = [...this.lines].find(({ held }) => held !== null);
    return line?.held?.map(String).join('');
  }

  /** Resolves when PostgreSQL has answered it, or has ended its connection. */
  async letGo(): Promise<void> {
    for (const line of this.lines) {
      const { held, upstream } = line;
      if (held === null) continue;
      line.held = null;
      if (upstream.destroyed) continue;
      const answered = new Promise<void>((resolve) => {
        upstream.once('data', () => resolve());
        upstream.once('close', () => resolve());
      });
      for (const piece of held) upstream.write(piece);
      await answered;
    }
  }

  async stop(): Promise<void> {
    for (const { upstream } of this.lines) upstream.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private pass(client: Socket): void {
    const upstream = connect({ host: this.target.hostname, port: Number(this.target.port), noDelay: true });
    const line: Line = { upstream, held: null };
    this.lines.add(line);
    client.on('data', (piece) => {
      const isHeld = line.held !== null || this.isIt?.(piece.toString('latin1')) === true;
      if (!isHeld) return void upstream.write(piece);
      this.isIt = null;
      line.held = [...(line.held ?? []), piece];
    });
    upstream.on('data', (piece) => void (client.destroyed || client.write(piece)));
    for (const socket of [client, upstream]) socket.on('error', () => undefined);
    client.on('close', () => void (line.held === null && upstream.end()));
    upstream.on('close', () => {
      client.destroy();
      if (line.held === null) this.lines.delete(line);
    });
  }
}
