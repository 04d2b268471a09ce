import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Answers a line of input; null: nothing yet. */
export type AnswerLine = (line: string) => string | null;

/** A server of a protocol of lines, on a port of its own. */
export class LineService {
  private readonly sockets = new Set<Socket>();
  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  /** `begin`: called per connection; answers the greeting and what answers its lines. */
  static async start(
    begin: () => { readonly greeting: string; readonly answer: AnswerLine },
  ): Promise<LineService> {
    const server = createServer((socket) => service.serve(socket, begin())).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const service: LineService = new LineService(server, (server.address() as AddressInfo).port);
    return service;
  }

  private serve(socket: Socket, { greeting, answer }: { greeting: string; answer: AnswerLine }): void {
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.sockets.delete(socket));
    socket.write(greeting);
    let rest = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) socket.write(answer(line) ?? '');
    });
  }

  async stop(): Promise<void> {
    this.sockets.forEach((socket) => socket.destroy());
    await new Promise((resolve) => this.server.close(resolve));
  }
}
