import { constants } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import {
  WebAssembly,
  type WebAssemblyImports,
  type WebAssemblyInstance,
  type WebAssemblyModule,
} from './web-assembly.js';

/** What is used of 7-Zip's WebAssembly build (package `7z-wasm`, an optional dependency) and of Emscripten's file system. */
export interface SevenZipModule {
  readonly FS: {
    mkdir(path: string): unknown;
    writeFile(path: string, data: Uint8Array, options: { canOwn: boolean }): void;
    open(path: string, flags: string): FileStream;
    close(stream: FileStream): void;
    getPath(node: FileNode): string;
    ignorePermissions: boolean;
  };
  callMain(args: string[]): unknown;
}

export interface FileNode {
  usedBytes: number;
  contents: Uint8Array | null;
  /** Shared by all files of one instance. */
  readonly stream_ops: {
    open?: (stream: FileStream) => void;
    read: (
      stream: FileStream,
      buffer: Uint8Array,
      offset: number,
      length: number,
      position: number,
    ) => number;
    write: (
      stream: FileStream,
      buffer: Uint8Array,
      offset: number,
      length: number,
      position: number,
    ) => number;
  };
  readonly node_ops: { setattr: (node: FileNode, attributes: { size?: number }) => void };
}

export interface FileStream {
  readonly node: FileNode;
}

export interface ModuleOptions {
  readonly noInitialRun: true;
  readonly noExitRuntime: true;
  readonly stdin: () => null;
  readonly print: (line: string) => void;
  readonly printErr: (line: string) => void;
  readonly quit: (code: number, thrown: unknown) => never;
  readonly instantiateWasm: (
    imports: WebAssemblyImports,
    done: (instance: WebAssemblyInstance, module: WebAssemblyModule) => void,
  ) => void;
}

export interface SevenZipLibrary {
  readonly create: (options: ModuleOptions) => Promise<SevenZipModule>;
  /** Compiled once a process; every call gets an instance of its own. */
  readonly program: WebAssemblyModule;
}

let loaded: Promise<SevenZipLibrary | null> | undefined;

/** Null: the package was left out, and what only 7-Zip opens is `unsupported`. Any other fault is thrown. */
export function loadSevenZip(): Promise<SevenZipLibrary | null> {
  loaded ??= load('7z-wasm');
  return loaded;
}

export async function load(packageName: string): Promise<SevenZipLibrary | null> {
  const require = createRequire(import.meta.url);
  let programFile: string;
  try {
    programFile = require.resolve(`${packageName}/7zz.wasm`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return null;
    throw error;
  }
  giveConstants();
  const create = require(packageName) as SevenZipLibrary['create'];
  return { create, program: await WebAssembly.compile(await readFile(programFile)) };
}

/**
 * Emscripten asks `process.binding` for the flags of open(2), and nothing else. Node's permission model refuses it as a
 * whole, so this answers that one question.
 */
function giveConstants(): void {
  Object.defineProperty(process, 'binding', {
    configurable: true,
    value: (name: string) => {
      if (name === 'constants') return { fs: constants };
      throw new Error(`process.binding(${name}) is refused`);
    },
  });
}
