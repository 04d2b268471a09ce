import { createHash, randomBytes } from 'node:crypto';
import { close, fsync, mkdirSync, open, openSync, rename, write } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';

/**
 * Frozen, so that figures of different builds can be compared: one file an object, in plain Node, with the flushes Sluice
 * makes today. Written aside, flushed, renamed, its folder flushed; folders stay open. Not our library: what makes that
 * one faster must not make the floor faster.
 */
const openFile = promisify(open);
const closeFile = promisify(close);
const flush = promisify(fsync);
const renameFile = promisify(rename);
const writeFile = promisify(write);

export class FloorFiles {
  private readonly folders = new Map<string, number>();

  constructor(private readonly root: string) {
    mkdirSync(path.join(root, 'incoming'));
    for (let index = 0; index < 256; index += 1) {
      const folder = path.join(root, index.toString(16).padStart(2, '0'));
      mkdirSync(folder);
      this.folders.set(folder, openSync(folder, 'r'));
    }
  }

  /** The bytes' SHA-256, once they are safe. */
  async keep(stream: Readable): Promise<string> {
    const key = randomBytes(16).toString('hex');
    const unfinished = path.join(this.root, 'incoming', key);
    const folder = path.join(this.root, key.slice(0, 2));
    const file = await openFile(unfinished, 'wx', 0o600);
    const hash = createHash('sha256');
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      hash.update(chunk);
      for (let offset = 0; offset < chunk.length;)
        offset += (await writeFile(file, chunk, offset, chunk.length - offset, null)).bytesWritten;
    }
    await flush(file);
    await closeFile(file);
    await renameFile(unfinished, path.join(folder, key));
    await flush(this.folders.get(folder) ?? -1);
    return hash.digest('hex');
  }
}
