import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from '@sluice/runtime';
import { builtFile, confinement, Sandbox, SandboxError, type Confinement } from '@sluice/sandbox';
import { conflict, unavailable } from '../../api/api.errors.js';
import { loggerToken } from '../../connections/connection-tokens.js';
import { previewAnswerSchema, type PreviewAnswer } from './preview-answer.schema.js';

/** With the start of its process, on a machine that has much to do. */
const timeoutMs = 60_000;
/** A preview takes a hundredth of it. */
const limits = { memoryBytes: 512 * 1024 * 1024, cpuSeconds: 30, openFiles: 256 };

/**
 * Parses mail in a process of its own for each one, which knows no other mail, no key and no network and is gone
 * afterwards. The console holds the keys of quarantine: where the machine lets nothing be kept apart, nothing is parsed.
 */
@Injectable()
export class PreviewSandbox implements OnModuleDestroy {
  private pool: Sandbox<PreviewAnswer> | null = null;

  constructor(@Inject(loggerToken) private readonly logger: Pick<Logger, 'warn'>) {}

  /** Rejects with the API's errors. */
  async read(mail: Buffer): Promise<PreviewAnswer> {
    this.pool ??= openPool(confinement());
    try {
      return await this.pool.run({ request: {}, sizeBytes: mail.length, bytes: once(mail), timeoutMs });
    } catch (err) {
      if (!(err instanceof SandboxError)) throw err;
      this.logger.warn({ err, code: err.code }, 'a mail was not parsed for its preview');
      if (err.code === 'unavailable')
        throw unavailable('no process to parse mail in could be started in time; try again');
      throw conflict('the mail could not be parsed within its limits; download it instead');
    }
  }

  async onModuleDestroy(): Promise<void> {
    await this.pool?.close();
  }
}

/** Throws where it would not be confined. */
export function openPool(confined: Confinement): Sandbox<PreviewAnswer> {
  if (confined.kind === 'permissions-only')
    throw unavailable(`mail is not parsed here, nothing would keep it apart: ${confined.why}`);
  if (confined.kind === 'filters' && !confined.isReadingBounded)
    throw unavailable(
      `mail is not parsed here, it would not be kept from the console's own files (no Landlock): ${confined.why}`,
    );
  return new Sandbox({
    entryFile: builtFile(import.meta.url, './preview-child.js'),
    config: {},
    answer: previewAnswerSchema,
    confined,
    // One at a time, and none of them waits for the next mail.
    size: 1,
    warm: 0,
    maxTasks: 1,
    limits,
    heapMegabytes: 128,
    maxAnswerBytes: 4 * 1024 * 1024,
    startTimeoutMs: timeoutMs,
  });
}

async function* once(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes;
}
