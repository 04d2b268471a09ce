import type { ScanContent } from '@sluice/contracts';
import { SandboxError } from '@sluice/sandbox';

/** All bytes of a small object. Rejects SandboxError, as a process that could not get them would. */
export async function gather({ sizeBytes, bytes }: ScanContent): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of bytes) chunks.push(chunk);
  } catch (cause) {
    throw new SandboxError('source-failed', 'the bytes could not be read', { cause });
  }
  const [first] = chunks;
  const whole = chunks.length === 1 && Buffer.isBuffer(first) ? first : Buffer.concat(chunks);
  if (whole.length !== sizeBytes) throw new SandboxError('source-failed', 'not as many bytes as announced');
  return whole;
}

/** Bytes that are in memory, as content is handed on. */
export async function* once(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes;
}

export function noContent(): ScanContent {
  return { sizeBytes: 0, bytes: (async function* (): AsyncGenerator<Uint8Array> {})() };
}
