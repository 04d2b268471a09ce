import { createHash } from 'node:crypto';
import type { GatewayLimits } from '../gateway-limits.js';
import { curl, type CurlAnswer } from './curl.js';
import { multipartBody, multipartHeader, type Field } from './multipart-body.js';
import { newCaller, TestGateway, type TestCaller } from './start-test-gateway.js';

/** Of a gateway that soon gives up on bodies that do not come: for those alone, since a busy machine sends them late. */
export const impatient: Partial<GatewayLimits> = {
  stall: { idleMs: 300, windowMs: 1000, minBytesPerSecond: 10_240, tickMs: 50 },
};

/** An accepted caller before a gateway. */
export class Submitting {
  url = '';
  caller!: TestCaller;

  private constructor(readonly test: TestGateway) {}

  static async start(options: Parameters<typeof TestGateway.start>[0] = {}): Promise<Submitting> {
    const test = await TestGateway.start(options);
    const one = new Submitting(test);
    await one.introduce();
    return one;
  }

  /** As new for the next test. */
  async renew(): Promise<void> {
    await this.test.renew();
    await this.introduce();
  }

  private async introduce(): Promise<void> {
    this.caller = await newCaller(this.test.folder);
    this.test.registry.put('kata', this.caller.fingerprint);
    this.url = this.test.url('kata', '/scans');
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
