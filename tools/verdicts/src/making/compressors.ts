import { madeBy } from './run-tool.js';
import type { ToolName } from './tools.js';

const piped =
  (tool: ToolName, command: string) =>
  (content: Buffer): Promise<Buffer> =>
    madeBy({ needs: [tool], files: { e: content }, script: `${command} <e >e.out`, out: 'e.out' });

/** What Node's zlib has not. */
export const bzip2 = piped('bzip2', 'bzip2 -c');
export const xz = piped('xz', 'xz -c');
export const lzmaAlone = piped('xz', 'xz --format=lzma -c');
export const xzWith = (options: string): ((content: Buffer) => Promise<Buffer>) =>
  piped('xz', `xz ${options} -c`);
export const zstd = piped('zstd', 'zstd -q -c');
export const lz4 = piped('lz4', 'lz4 -q -c');
export const lz4Legacy = piped('lz4', 'lz4 -q -l -c');
export const compressZ = piped('compress', 'compress -f -c');
export const lzop = piped('lzop', 'lzop -q -c');
export const lzip = piped('lzip', 'lzip -c');

export interface SevenZipOptions {
  readonly name?: string;
  readonly out?: string;
  readonly files?: Readonly<Record<string, Uint8Array | string>>;
}

/** `7z a` with its switches. */
export function sevenZip(content: Buffer, switches = '', options: SevenZipOptions = {}): Promise<Buffer> {
  const { name = 'eicar.com', out = 'a.7z' } = options;
  const files = { [name]: content, ...options.files };
  const names = Object.keys(files).join(' ');
  return madeBy({ needs: ['7z'], files, script: `7z a -y ${switches} ${out} ${names}`, out });
}

/** Info-ZIP's `zip`. */
export const infoZip = (
  files: Readonly<Record<string, Uint8Array | string>>,
  script: string,
  out = 'a.zip',
): Promise<Buffer> => madeBy({ needs: ['zip'], files, script, out });

export const passwordZip = (content: Buffer): Promise<Buffer> =>
  infoZip({ 'eicar.com': content }, 'zip -q -P infected a.zip eicar.com');
