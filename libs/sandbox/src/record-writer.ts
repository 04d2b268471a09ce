import { writevSync } from 'node:fs';
import { recordsDescriptor } from './records.js';

/** Gives out one record. Blocks while the other side does not read. */
export type GiveRecord = (about: unknown, bytes: Uint8Array) => void;

/** The child's side of the pipe for records. Blocking on purpose: a task must not run ahead of who reads. */
export class RecordWriter {
  count = 0;

  constructor(private readonly task: number) {}

  give(about: unknown, bytes: Uint8Array): void {
    this.count += 1;
    const header = Buffer.from(JSON.stringify({ task: this.task, sizeBytes: bytes.length, about }), 'utf8');
    const length = Buffer.allocUnsafe(4);
    length.writeUInt32BE(header.length, 0);
    writeAll([length, header, bytes]);
  }
}

function writeAll(buffers: readonly Uint8Array[]): void {
  let left = buffers.filter((one) => one.length > 0);
  while (left.length > 0) {
    let written = writevSync(recordsDescriptor, left as NodeJS.ArrayBufferView[]);
    left = left.flatMap((one) => {
      const taken = Math.min(written, one.length);
      written -= taken;
      return taken === one.length ? [] : [one.subarray(taken)];
    });
  }
}
