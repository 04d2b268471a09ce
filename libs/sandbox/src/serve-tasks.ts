import { encodeFrame } from './frames.js';

/** What a task's code gets and gives back: plain data, turned into JSON. */
export type TaskHandler = (request: unknown, content: Buffer) => unknown;

/** Before the bytes of each task. */
interface TaskFrame {
  readonly task: number;
  readonly request: unknown;
  readonly sizeBytes: number;
}

/**
 * The inside of a sandbox: reads tasks from stdin one after the other, answers on stdout. Ends with its parent (stdin
 * closes). A handler that throws is reported and ends the process: after a fault nothing in it is trusted any more.
 */
export async function serveTasks(
  start: (config: unknown) => Promise<TaskHandler> | TaskHandler,
): Promise<void> {
  const input = new ByteSource(process.stdin);
  const config = await readJson(input);
  try {
    if (config === null) return;
    const handle = await start(config.value);
    await send({ kind: 'ready' });
    for (let task = await readJson(input); task !== null; task = await readJson(input)) {
      const { task: number, request, sizeBytes } = task.value as TaskFrame;
      const content = await input.read(sizeBytes);
      if (content === null) return;
      await send({ kind: 'answer', task: number, answer: await handle(request, content) });
    }
  } catch (error) {
    await send({
      kind: 'failed',
      message: error instanceof Error ? error.message.slice(0, 1000) : 'unknown',
    });
    process.exit(1);
  }
}

async function readJson(input: ByteSource): Promise<{ value: unknown } | null> {
  const length = await input.read(4);
  const body = length === null ? null : await input.read(length.readUInt32BE(0));
  return body === null ? null : { value: JSON.parse(body.toString('utf8')) as unknown };
}

function send(message: unknown): Promise<void> {
  return new Promise((resolve) => process.stdout.write(encodeFrame(message), () => resolve()));
}

/** Exact numbers of bytes from a stream. Large reads are copied straight into their buffer, once. */
class ByteSource {
  private readonly iterator: AsyncIterator<Buffer>;
  private rest: Buffer = Buffer.alloc(0);

  constructor(stream: AsyncIterable<Buffer>) {
    this.iterator = stream[Symbol.asyncIterator]();
  }

  /** Null when the stream ended before. */
  async read(sizeBytes: number): Promise<Buffer | null> {
    const target = Buffer.allocUnsafe(sizeBytes);
    let filledBytes = 0;
    while (filledBytes < sizeBytes) {
      if (this.rest.length === 0) {
        const next = await this.iterator.next();
        if (next.done === true) return null;
        this.rest = next.value;
      }
      const taken = this.rest.copy(target, filledBytes);
      filledBytes += taken;
      this.rest = this.rest.subarray(taken);
    }
    return target;
  }
}
