import type { ByteSource } from './byte-source.js';

/**
 * What a task gives out besides its answer, as raw bytes on a pipe of its own (file descriptor 3):
 * the header's length in 4 bytes, big endian; the header as JSON; `sizeBytes` bytes. The child writes and waits while
 * no one reads: the reader's pace is the task's.
 */
export interface RecordHeader {
  readonly task: number;
  readonly sizeBytes: number;
  /** The task's own words; as little trusted as its answer. */
  readonly about: unknown;
}

export interface SandboxRecord {
  readonly about: unknown;
  readonly sizeBytes: number;
  /** Read once, in order; what is left over when the reader returns is thrown away. */
  readonly bytes: AsyncIterable<Buffer>;
}

export type OnRecord = (record: SandboxRecord) => Promise<void>;

export const recordsDescriptor = 3;
const maxHeaderBytes = 64 * 1024;

export class BadRecord extends Error {
  override readonly name = 'BadRecord';
}

/** Null when the pipe has ended. Throws BadRecord. */
export async function readRecordHeader(source: ByteSource): Promise<RecordHeader | null> {
  const length = await source.read(4);
  if (length === null) return null;
  const sizeBytes = length.readUInt32BE(0);
  if (sizeBytes > maxHeaderBytes) throw new BadRecord(`a header of ${sizeBytes} bytes`);
  const body = await source.read(sizeBytes);
  return body === null ? null : checkedHeader(body);
}

function checkedHeader(body: Buffer): RecordHeader {
  let header: Partial<RecordHeader> | null;
  try {
    header = JSON.parse(body.toString('utf8')) as Partial<RecordHeader> | null;
  } catch (cause) {
    throw new BadRecord('a header that is no JSON', { cause });
  }
  const { task, sizeBytes, about } = header ?? {};
  if (!Number.isSafeInteger(task) || !Number.isSafeInteger(sizeBytes) || (sizeBytes ?? -1) < 0)
    throw new BadRecord('a header without a task and a size');
  return { task: task as number, sizeBytes: sizeBytes as number, about };
}
