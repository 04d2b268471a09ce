import { ByteSource } from './byte-source.js';
import { BadRecord, type OnRecord, readRecordHeader } from './records.js';

interface Listening {
  readonly task: number;
  readonly onRecord: OnRecord;
  count: number;
  /** Set by the answer: so many there have to be. */
  expected: { readonly count: number; readonly resolve: () => void } | null;
}

/**
 * The parent's side of the pipe for records: one after the other, each read to its end before the next, at the pace of
 * who takes them. A record of another task, or one more than the answer said, is a fault of the process.
 */
export class RecordReader {
  private listening: Listening | null = null;

  /** `onFault`: the process gave something that is no record; it must not live on. */
  constructor(
    stream: AsyncIterable<Buffer>,
    private readonly onFault: (error: Error) => void,
  ) {
    void this.readAll(new ByteSource(stream));
  }

  /** From now on records belong to this task. */
  begin(task: number, onRecord: OnRecord): void {
    this.listening = { task, onRecord, count: 0, expected: null };
  }

  /** Resolves when as many were taken as the task says it gave; at once when it gave none. */
  end(count: number): Promise<void> {
    const { listening } = this;
    if (listening === null) return Promise.resolve();
    return new Promise((resolve) => {
      listening.expected = { count, resolve };
      this.check(listening);
    });
  }

  private async readAll(source: ByteSource): Promise<void> {
    try {
      for (let isOpen = true; isOpen;) isOpen = await this.readOne(source);
    } catch (error) {
      this.onFault(error instanceof Error ? error : new BadRecord('unknown'));
    }
  }

  private async readOne(source: ByteSource): Promise<boolean> {
    const header = await readRecordHeader(source);
    if (header === null) return false;
    const { listening } = this;
    if (listening === null || listening.task !== header.task)
      throw new BadRecord('a record no one asked for');
    const bytes = source.chunks(header.sizeBytes);
    await listening.onRecord({ about: header.about, sizeBytes: header.sizeBytes, bytes: pieces(bytes) });
    // What was left over: leaving a generator early would end it.
    for (let left = await bytes.next(); left.done !== true;) left = await bytes.next();
    listening.count += 1;
    this.check(listening);
    return true;
  }

  private check(listening: Listening): void {
    const { expected, count } = listening;
    if (expected === null) return;
    if (count > expected.count) return this.onFault(new BadRecord('more records than said'));
    if (count < expected.count) return;
    this.listening = null;
    expected.resolve();
  }
}

/** Stops without ending the generator behind it. */
async function* pieces(source: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  for (let next = await source.next(); next.done !== true; next = await source.next()) yield next.value;
}
