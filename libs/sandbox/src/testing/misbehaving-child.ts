import { getPriority } from 'node:os';
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { openSync, readFileSync, readdirSync, unlinkSync, writeFileSync, writeSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { encodeFrame } from '../frames.js';
import { type GiveRecord, serveTasks } from '../serve-tasks.js';

// Not in the types of Node 20.
declare const WebAssembly: {
  Memory: new (size: { initial: number; maximum: number }) => {
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  };
};

/** Of Node's diagnostic report; its types say `object`. */
interface Report {
  readonly userLimits: Readonly<Record<string, { readonly soft: unknown; readonly hard: unknown }>>;
}

const ownNumber = randomInt(2 ** 40);

/** The number the task in hand has. */
let task = 0;

function writeRecord(header: string): void {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(header.length, 0);
  writeSync(3, Buffer.concat([length, Buffer.from(header)]));
}

/** What hostile code would see: `done: …` or `refused: …`. */
function attempt(deed: () => string): unknown {
  try {
    return { text: `done: ${deed()}`, sizeBytes: 0 };
  } catch (error) {
    return { text: `refused: ${(error as NodeJS.ErrnoException).code ?? String(error)}`, sizeBytes: 0 };
  }
}

/** A child for tests: does what the request says, good or bad. */
const deeds: Record<string, (content: Buffer, give: GiveRecord) => unknown> = {
  'give records': (content, give) => {
    for (let size = 1; size <= content.length; size *= 10) give({ size }, content.subarray(0, size));
    give({ size: 0 }, Buffer.alloc(0));
    return { text: '', sizeBytes: content.length };
  },
  'give without end': (_content, give) => {
    for (;;) give({}, Buffer.alloc(65_536));
  },
  'give another task’s record': async () => {
    writeRecord(JSON.stringify({ task: task - 1, sizeBytes: 0, about: null }));
    await delay(2 ** 30);
  },
  'give a record late': () => {
    setTimeout(() => writeRecord(JSON.stringify({ task, sizeBytes: 0, about: null })), 20);
    return { text: '', sizeBytes: 0 };
  },
  'give noise': async () => {
    writeSync(3, Buffer.alloc(100, 0xff));
    await delay(2 ** 30);
  },
  'give a header that is none': async () => {
    writeRecord('[]');
    await delay(2 ** 30);
  },
  'claim more records than given': () => {
    const answer = { kind: 'answer', task, records: 3, answer: { text: '', sizeBytes: 0 } };
    process.stdout.write(encodeFrame(answer));
    return delay(2 ** 30);
  },
  echo: (content) => ({ text: content.toString('latin1', 0, 100), sizeBytes: content.length }),
  context: () => ({
    text: JSON.stringify({ env: Object.keys(process.env), cwd: process.cwd(), niceness: getPriority() }),
    // A number of this process's own: in a namespace every one has the same id.
    sizeBytes: ownNumber,
  }),
  limits: () => {
    const { userLimits } = process.report.getReport() as unknown as Report;
    return { text: JSON.stringify(userLimits), sizeBytes: 0 };
  },
  throw: () => {
    throw new Error('a deliberate fault');
  },
  exit: () => process.exit(3),
  'wrong answer': () => ({ text: 1 }),
  'large answer': () => ({ text: 'x'.repeat(3_000_000), sizeBytes: 0 }),
  'hang busily': () => {
    for (;;);
  },
  'hang idly': () => delay(2 ** 30),
  flood: () => {
    const noise = Buffer.alloc(65_536, 0x41);
    for (;;) writeSync(1, noise);
  },
  'flood errors': async () => {
    const noise = Buffer.alloc(65_536, 0x41);
    for (;;) await new Promise((resolve) => process.stderr.write(noise, resolve));
  },
  'answer twice': async () => {
    const answer = { kind: 'answer', task, records: 0, answer: { text: '', sizeBytes: 0 } };
    process.stdout.write(Buffer.concat([encodeFrame(answer), encodeFrame(answer)]));
    await delay(2 ** 30);
  },
  'answer the one before': async () => {
    process.stdout.write(
      encodeFrame({ kind: 'answer', task: task - 1, records: 0, answer: { text: '', sizeBytes: 0 } }),
    );
    await delay(2 ** 30);
  },
  'answer and go on speaking': () => {
    setTimeout(() => process.stdout.write('unasked'), 20);
    return { text: '', sizeBytes: 0 };
  },
  'take 4 GB': () => {
    const taken: Buffer[] = [];
    for (let count = 0; count < 64; count += 1) taken.push(Buffer.alloc(64 * 1024 * 1024, 1));
    return { text: 'got it', sizeBytes: taken.length };
  },
  'take 4 GB of WebAssembly': () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 65_536 });
    for (let count = 0; count < 60; count += 1) {
      const before = memory.grow(1024);
      new Uint8Array(memory.buffer).fill(1, before * 65_536);
    }
    return { text: 'got it', sizeBytes: memory.buffer.byteLength };
  },
  'read a file': (content) => attempt(() => readFileSync(content.toString('utf8'), 'latin1').slice(0, 100)),
  'make an empty file': (content) => attempt(() => String(writeFileSync(content.toString('utf8'), ''))),
  'remove a file': (content) => attempt(() => String(unlinkSync(content.toString('utf8')))),
  'see other processes': () =>
    attempt(() =>
      readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name))
        .join(' '),
    ),
  'start a program': () => attempt(() => String(spawnSync('/bin/true').error ?? 'started')),
  'end another process': (content) => attempt(() => String(process.kill(Number(content), 0))),
  connect: async (content) => {
    const target = content.toString('utf8');
    const outcome = await new Promise<string>((resolve) => {
      const socket = target.startsWith('/') ? connect(target) : connect(Number(target), '127.0.0.1');
      socket.once('connect', () => resolve('done: connected'));
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(`refused: ${error.code}`));
    });
    return { text: outcome, sizeBytes: 0 };
  },
  'write a file': (content) => {
    const file = openSync(content.toString('utf8'), 'w');
    writeSync(file, 'written');
    return { text: 'written', sizeBytes: 0 };
  },
};

await serveTasks((config) => {
  if (config === 'broken') throw new Error('cannot start with this');
  // Without a handler the signal of a too large file would end the process; then the write fails instead.
  process.on('SIGXFSZ', () => undefined);
  return (request, content, give) => {
    task += 1;
    return deeds[String(request)]?.(content, give);
  };
});
