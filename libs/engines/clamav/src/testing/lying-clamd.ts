import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';

/** What becomes of one answer of the true clamd: `stream: OK`, `ClamAV 1.4.3` …; null: nothing is answered. */
export type Lie = (answer: string) => string | null | Promise<string | null>;

/** Stands before a true clamd, and says something else than it does: for specs. */
export class LyingClamd {
  lie: Lie = (answer) => answer;
  /** Connections so far. */
  connections = 0;
  private readonly sockets = new Set<Socket>();
  private server: Server | null = null;

  constructor(private socketPath: string) {}

  async start(): Promise<string> {
    const server = createServer((client) => this.serve(client));
    this.server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return this.url;
  }

  get url(): string {
    return `tcp://127.0.0.1:${(this.server?.address() as AddressInfo).port}`;
  }

  /** As after a restart: every connection is gone, and another clamd is behind the new ones. */
  moveTo(socketPath: string): void {
    this.socketPath = socketPath;
    this.dropAll();
  }

  dropAll(): void {
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
  }

  async stop(): Promise<void> {
    this.dropAll();
    await new Promise((resolve) => this.server?.close(resolve));
  }

  private serve(client: Socket): void {
    this.connections += 1;
    const clamd = connect(this.socketPath);
    for (const socket of [client, clamd]) {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        client.destroy();
        clamd.destroy();
      });
    }
    client.pipe(clamd, { end: false });
    let received = '';
    let turn = Promise.resolve();
    clamd.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
      const lines = received.split('\0');
      received = lines.pop() ?? '';
      for (const line of lines) turn = turn.then(() => this.answer(client, line));
    });
  }

  private async answer(client: Socket, line: string): Promise<void> {
    const [, number = '', answer = line] = /^(\d+: )?(.*)$/s.exec(line) ?? [];
    const told = await this.lie(answer);
    if (told !== null && !client.destroyed) client.write(`${number}${told}\0`);
  }
}
