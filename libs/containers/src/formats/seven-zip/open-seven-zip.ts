import type { StreamEnd } from '../embedded/stream-ends.js';
import type { OpenContainer, OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import { hasAt } from '../../magic.js';
import { LimitReached } from '../../walk-limits.js';
import { giveRemains } from '../give-remains.js';
import { isKeyTooCostly } from './key-cost.js';
import { EnoughForNow, FileCollector } from './collect-files.js';
import { type Messages, readMessages } from './read-messages.js';
import { type UnpackSink, crashed, runSevenZip } from './run-seven-zip.js';
import { type SevenZipLibrary, loadSevenZip } from './seven-zip-library.js';

export interface SevenZipArchive {
  /** 7-Zip's word for the format; null: it looks itself, and through the layers of a disk image. */
  readonly type: string | null;
  /** For formats of one nameless file. */
  readonly label?: string;
  /** Is it sealed under a password as a whole? A wrong one lets 7-Zip crash over the noise. */
  readonly isSealed?: (bytes: Buffer) => boolean;
  /** Where a stream ends, of which 7-Zip does not say that more follows. */
  readonly endOf?: StreamEnd;
  /** What opens it, less well, where the optional package is missing. */
  readonly instead?: OpenContainer;
}

/** Any password that is certainly none: without one 7-Zip would ask for it. */
const noPassword = '\u0001none\u0001';
const fileName = 'content.bin';
/** Of RAR and 7z: six bytes and more, behind which enough stands that a piece of one would be opened as far as it goes. */
const sureMagics = ['Rar!\x1a\x07', '7z\xbc\xaf\x27\x1c'];
const leastOfHead = 256;

/** What 7-Zip unpacks of it, a window of files at a time; then what it says it could not. */
export async function* openWithSevenZip(
  bytes: Buffer,
  context: OpenContext,
  archive: SevenZipArchive,
): AsyncGenerator<OpenedItem> {
  const library = await loadSevenZip();
  if (library === null && archive.instead !== undefined) return yield* archive.instead(bytes, context);
  if (library === null)
    return yield { kind: 'unexamined', reason: 'unsupported', detail: 'needs the optional package 7z-wasm' };
  yield* new SevenZipOpener(library, bytes, { context, archive }).open();
}

class SevenZipOpener {
  private password = noPassword;

  constructor(
    private readonly library: SevenZipLibrary,
    private readonly bytes: Buffer,
    private readonly options: { readonly context: OpenContext; readonly archive: SevenZipArchive },
  ) {}

  async *open(): AsyncGenerator<OpenedItem> {
    const { budget } = this.options.context;
    for (let skip = 0, isDone = false; !isDone;) {
      const isStream = this.options.archive.label !== undefined;
      const collector = new FileCollector(budget, skip, isStream);
      const messages = await this.unpack(collector);
      if (messages instanceof LimitReached) {
        yield* this.give(collector, null);
        throw messages;
      }
      if (messages?.isEncrypted && this.password === noPassword && (await this.findPassword())) continue;
      yield* this.give(collector, messages);
      skip = collector.count;
      isDone = messages !== null;
      if (messages !== null) yield* this.conclude(messages, skip);
    }
  }

  /** Null: not at the end yet. */
  private async unpack(collector: FileCollector): Promise<Messages | LimitReached | null> {
    try {
      const messages = await this.run('x', collector);
      collector.finish();
      return messages;
    } catch (error) {
      if (error instanceof EnoughForNow) return null;
      if (!(error instanceof LimitReached)) throw error;
      return error;
    }
  }

  private async run(command: 'x' | 't', sink: UnpackSink): Promise<Messages> {
    const { type, isSealed } = this.options.archive;
    const args = [command, '-y', '-bd', '-bsp0', '-o/out', `-p${this.password}`];
    if (type !== null) args.push(`-t${type}`);
    const run = await runSevenZip(this.library, this.bytes, { args, sink, name: fileName });
    return readMessages(run, run.code === crashed && isSealed?.(this.bytes) === true);
  }

  /** The first password under which nothing is garbled any more. */
  private async findPassword(): Promise<boolean> {
    const { budget, passwords } = this.options.context;
    const nothing: UnpackSink = {
      begin: () => false,
      write: () => undefined,
      checkTime: () => budget.takeBytes(0, 0),
    };
    if (isKeyTooCostly(this.bytes)) return false;
    for (const password of passwords) {
      this.password = password;
      if (!(await this.run('t', nothing)).isEncrypted) return true;
    }
    this.password = noPassword;
    return false;
  }

  private *give(collector: FileCollector, messages: Messages | null): Generator<OpenedItem> {
    yield* collector.tooLarge;
    const wasEncrypted = this.password !== noPassword;
    for (const { path, bytes } of collector.files) {
      if (messages?.garbled.has(path)) continue;
      yield {
        kind: 'part',
        label: this.options.archive.label ?? path,
        bytes,
        ...(wasEncrypted ? { wasEncrypted } : {}),
      };
    }
  }

  private *conclude(messages: Messages, count: number): Generator<OpenedItem> {
    const isSure =
      sureMagics.some((magic) => hasAt(this.bytes, 0, magic)) && this.bytes.length >= leastOfHead;
    for (const item of messages.items) yield isSure ? item : { ...item, isAtHead: false };
    if (count === 0 && messages.items.length === 0) yield { kind: 'empty' };
    const tail = this.bytes.length - messages.tailBytes;
    const end = Math.min(tail, this.options.archive.endOf?.(this.bytes, 0) ?? tail);
    yield* giveRemains(this.bytes, [[end, this.bytes.length]], this.options.context.budget);
  }
}
