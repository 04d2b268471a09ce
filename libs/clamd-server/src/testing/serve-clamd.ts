import type { ClamdServerOptions, ListenAddress, ScanReply, StreamBody } from '../index.js';
import { ClamdServer } from '../index.js';

/** A server whose verdict a spec decides. Without one it reads all, and finds what begins with `bad`. */
export class TestClamd {
  readonly scanned: Buffer[] = [];
  readonly faults: unknown[] = [];
  scan: (body: StreamBody) => Promise<ScanReply> = async (body) => {
    const pieces: Buffer[] = [];
    for await (const piece of body) pieces.push(piece);
    const bytes = Buffer.concat(pieces);
    this.scanned.push(bytes);
    return bytes.toString('latin1').startsWith('bad') ? { kind: 'found', name: 'Test.Bad' } : { kind: 'ok' };
  };
  server!: ClamdServer;
  port = 0;

  static async start(
    options: Omit<ClamdServerOptions, 'handler'> = {},
    address: ListenAddress = { kind: 'tcp', host: '127.0.0.1', port: 0 },
  ): Promise<TestClamd> {
    const test = new TestClamd();
    test.server = new ClamdServer({
      ...options,
      handler: {
        scan: (body) => test.scan(body),
        answerCut: (reason) => ({ kind: 'found', name: `Test.Cut.${reason}` }),
        answerFault: (error) => {
          test.faults.push(error);
          return { kind: 'found', name: 'Test.Fault' };
        },
        version: () => 'ClamAV 1.4.3/27500/Sun Nov 23 08:00:00 2025',
      },
    });
    test.port = (await test.server.listen(address)) ?? 0;
    return test;
  }

  stop(): Promise<void> {
    return this.server.stop(0);
  }
}
