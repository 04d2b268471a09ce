import { ByteSource } from './byte-source.js';
import { encodeFrame } from './frames.js';
import { type GiveRecord, RecordWriter } from './record-writer.js';

export type { GiveRecord } from './record-writer.js';

/** What a task's code gets and gives back: plain data, turned into JSON; and raw records on the way. */
export type TaskHandler = (request: unknown, content: Buffer, give: GiveRecord) => unknown;

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
      const records = new RecordWriter(number);
      const answer = await handle(request, content, (about, bytes) => records.give(about, bytes));
      await send({ kind: 'answer', task: number, records: records.count, answer });
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
