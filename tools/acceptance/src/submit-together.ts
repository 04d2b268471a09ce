import { randomBytes } from 'node:crypto';
import type { WireClient } from './wire-client.js';

export interface Sent {
  readonly scanId: string;
  readonly content: Buffer;
  readonly status: number;
}

export interface TogetherOptions {
  readonly count: number;
  /** Default: 500 random bytes each. */
  readonly content?: (index: number) => Buffer;
}

/** All at once, each over a connection of its own, so that a gateway may put them together. */
export async function submitTogether(
  wire: WireClient,
  gatewayUrl: string,
  { count, content = () => randomBytes(500) }: TogetherOptions,
): Promise<Sent[]> {
  const round = randomBytes(4).toString('hex');
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const [scanId, bytes] = [`${round}-${index}`, content(index)];
      return { scanId, content: bytes, status: await submitOnce(wire, gatewayUrl, scanId, bytes) };
    }),
  );
}

export async function submitOnce(
  wire: WireClient,
  gatewayUrl: string,
  scanId: string,
  content: Buffer,
): Promise<number> {
  const line = wire.connect(gatewayUrl);
  try {
    return (await line.submit({ scanId, content })).status;
  } finally {
    line.close();
  }
}
