import { createHash, randomUUID } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { open, unlink } from 'node:fs/promises';
import path from 'node:path';

/** What a mail usually has stays in memory; more goes to a file. */
const maxHeldBytes = 64 * 1024;
const readBytes = 256 * 1024;

/**
 * One object, complete, to be sent as often as it takes: gateways fail in the middle of an upload too. Costs at most
 * 64 KiB of memory, whatever its size; the file has no name any more, so it goes with the process, however that ends.
 */
export class SpooledObject {
  private constructor(
    readonly sizeBytes: number,
    readonly sha256: string,
    private readonly held: Buffer,
    private readonly file: FileHandle | null,
  ) {}

  /** Takes all of `bytes`. Rejects with what they reject with, or the file's error; then nothing stays. */
  static async from(bytes: AsyncIterable<Buffer>, folder: string): Promise<SpooledObject> {
    const hash = createHash('sha256');
    let held: Buffer[] = [];
    let heldBytes = 0;
    let sizeBytes = 0;
    let file: FileHandle | null = null;
    const flush = async (): Promise<void> => {
      file ??= await openNameless(folder);
      await writeAll(file, Buffer.concat(held));
      held = [];
      heldBytes = 0;
    };
    try {
      for await (const piece of bytes) {
        hash.update(piece);
        // A copy: a socket's buffers are as large as what came in one turn.
        held.push(Buffer.from(piece));
        heldBytes += piece.length;
        sizeBytes += piece.length;
        if (heldBytes > maxHeldBytes) await flush();
      }
      if (file !== null && heldBytes > 0) await flush();
      return new SpooledObject(sizeBytes, hash.digest('hex'), Buffer.concat(held), file);
    } catch (error) {
      await (file as FileHandle | null)?.close();
      throw error;
    }
  }

  /** From the first byte, each time. */
  async *read(): AsyncGenerator<Buffer> {
    if (this.file === null) {
      if (this.held.length > 0) yield this.held;
      return;
    }
    for (let at = 0; at < this.sizeBytes;) {
      const { bytesRead, buffer } = await this.file.read(Buffer.allocUnsafe(readBytes), 0, readBytes, at);
      if (bytesRead === 0) throw new Error('the spooled object is shorter than what was written');
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }

  async close(): Promise<void> {
    await this.file?.close();
  }
}

async function openNameless(folder: string): Promise<FileHandle> {
  const name = path.join(folder, `sluice-sensor-${randomUUID()}`);
  const file = await open(name, 'wx+', 0o600);
  await unlink(name);
  return file;
}

/** A write may take less than all. */
async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at)).bytesWritten;
}
