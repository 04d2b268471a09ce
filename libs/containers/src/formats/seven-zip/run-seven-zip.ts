import type { FileNode, FileStream, SevenZipLibrary, SevenZipModule } from './seven-zip-library.js';
import { WebAssembly, type WebAssemblyImports } from './web-assembly.js';

/** Told of what 7-Zip unpacks, as it does. What it throws ends the run and comes out of it. */
export interface UnpackSink {
  /** A new file; false: its bytes are not wanted. */
  begin(path: string): boolean;
  write(piece: Buffer): void;
  /** Called often while 7-Zip reads, whether anything comes out or not. */
  checkTime(): void;
}

export interface SevenZipRun {
  /** 7-Zip's exit code: 0 all well, 1 warnings, 2 errors; 8 no memory. */
  readonly code: number;
  readonly output: readonly string[];
  readonly errors: readonly string[];
}

const folder = '/in';
const target = '/out';
/** The program's heap. Some archives declare dictionaries of gigabytes. */
const maxHeapBytes = 512 * 1024 ** 2;
const maxLines = 20_000;
/** No code of 7-Zip's own. */
export const crashed = 250;

/** Runs 7-Zip once on one archive in memory. Nothing it writes is kept here: the sink gets it. */
export async function runSevenZip(
  library: SevenZipLibrary,
  archive: Buffer,
  { args, sink, name }: { args: readonly string[]; sink: UnpackSink; name: string },
): Promise<SevenZipRun> {
  const output: string[] = [];
  const errors: string[] = [];
  const keep = (lines: string[]) => (line: string) => {
    if (lines.length < maxLines) lines.push(line);
  };
  const module = await library.create({
    noInitialRun: true,
    noExitRuntime: true,
    stdin: () => null,
    print: keep(output),
    printErr: keep(errors),
    quit: (_, thrown) => {
      throw thrown;
    },
    instantiateWasm(imports, done) {
      done(new WebAssembly.Instance(library.program, withBoundedHeap(imports)), library.program);
    },
  });
  // Archives carry modes that would forbid their own unpacking.
  module.FS.ignorePermissions = true;
  module.FS.mkdir(folder);
  module.FS.mkdir(target);
  module.FS.writeFile(`${folder}/${name}`, archive, { canOwn: true });
  const hooks = hookFiles(module, `${folder}/${name}`, sink);
  const code = runMain(module, [...args, '--', `${folder}/${name}`], hooks);
  return { code, output, errors };
}

function runMain(module: SevenZipModule, args: string[], hooks: { fault: unknown }): number {
  let result: unknown;
  try {
    result = module.callMain(args);
  } catch (error) {
    hooks.fault ??= asExit(error) ?? error;
  }
  // The program may catch what the sink threw and go on; what it threw first counts.
  if (hooks.fault !== undefined && !(hooks.fault instanceof Exit)) throw hooks.fault;
  if (hooks.fault instanceof Exit) return hooks.fault.code;
  return typeof result === 'number' ? result : 2;
}

class Exit {
  constructor(readonly code: number) {}
}

/**
 * A program that ends by itself throws its code; one that trapped (no memory, a bug), or let an exception of its own
 * out, which is the number of its place, is no more than an error code.
 */
function asExit(error: unknown): Exit | null {
  if (error instanceof WebAssembly.RuntimeError || typeof error === 'number') return new Exit(crashed);
  const status = (error as { status?: unknown } | null)?.status;
  return typeof status === 'number' ? new Exit(status) : null;
}

function withBoundedHeap(imports: WebAssemblyImports): WebAssemblyImports {
  const env = imports['env'] as Readonly<Record<string, unknown>>;
  const grow = env['emscripten_resize_heap'] as (bytes: number) => boolean;
  const bounded = (bytes: number): boolean => bytes >>> 0 <= maxHeapBytes && grow(bytes);
  const bound = { ...env, emscripten_resize_heap: bounded };
  return { ...imports, env: bound, wasi_snapshot_preview1: bound };
}

/** Takes over the operations of all files of this instance: reads are watched, writes go to the sink. */
function hookFiles(module: SevenZipModule, archivePath: string, sink: UnpackSink): { fault: unknown } {
  const hooks: { fault: unknown } = { fault: undefined };
  const opened = module.FS.open(archivePath, 'r');
  const { stream_ops: streams, node_ops: nodes } = opened.node;
  module.FS.close(opened);
  const guarded = <T>(action: () => T): T => {
    if (hooks.fault !== undefined) throw hooks.fault;
    try {
      return action();
    } catch (error) {
      hooks.fault = error;
      throw error;
    }
  };
  const { read } = streams;
  streams.read = (...args) => {
    guarded(() => sink.checkTime());
    return read(...args);
  };
  let current: { readonly node: FileNode; readonly isWanted: boolean } | undefined;
  streams.write = (stream: FileStream, buffer, offset, length, position) => {
    guarded(() => {
      if (current?.node !== stream.node) {
        const path = module.FS.getPath(stream.node).slice(target.length + 1);
        current = { node: stream.node, isWanted: sink.begin(path) };
      }
      if (current.isWanted) sink.write(copyOf(buffer, offset, length));
      else sink.checkTime();
    });
    stream.node.usedBytes = Math.max(stream.node.usedBytes, position + length);
    return length;
  };
  const { setattr } = nodes;
  // 7-Zip asks for the whole file's size at once.
  nodes.setattr = (node, { size, ...others }) => {
    if (size !== undefined) node.usedBytes = size;
    setattr(node, others);
  };
  return hooks;
}

/** The heap may be another object once it has grown, and is written over by the next piece. */
const copyOf = (buffer: Uint8Array, offset: number, length: number): Buffer =>
  Buffer.from(buffer.slice(offset, offset + length).buffer);
