import { createHash } from 'node:crypto';
import { curl, type CurlAnswer } from './curl.js';
import { multipartBody, multipartHeader, type Field } from './multipart-body.js';
import { newCaller, TestGateway, type TestCaller } from './start-test-gateway.js';

/** An accepted caller before a gateway that soon gives up on bodies that do not come. */
export class Submitting {
  url: string;

  private constructor(
    readonly test: TestGateway,
    readonly caller: TestCaller,
  ) {
    test.registry.put('kata', caller.fingerprint);
    this.url = test.url('kata', '/scans');
  }

  static async start(options: Parameters<typeof TestGateway.start>[0] = {}): Promise<Submitting> {
    const test = await TestGateway.start({
      limits: {
        stall: { idleMs: 300, windowMs: 1000, minBytesPerSecond: 10_240, tickMs: 50 },
        drain: { maxBytes: 1024 ** 2, maxMs: 1500, refusedContinueMs: 100 },
      },
      ...options,
    });
    return new Submitting(test, await newCaller(test.folder));
  }

  post(fields: readonly Field[], ...args: string[]): Promise<CurlAnswer> {
    return curl(this.caller, ['-H', multipartHeader, '--data-binary', '@-', ...args, this.url], {
      input: multipartBody(fields),
    });
  }

  /** What the ledger was asked to accept last. */
  last() {
    return this.test.ledger.scans.at(-1);
  }

  stop(): Promise<void> {
    return this.test.stop();
  }
}

export const content = (value: string | Buffer = 'the object', filename = 'a.txt'): Field => ({
  name: 'content',
  filename,
  value,
});

export const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');
