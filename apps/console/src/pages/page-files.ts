import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};
/** Fonts are compressed already. */
const compressible = new Set(['.js', '.css', '.svg']);
/** Two folders deep at most, and no dot before a slash: a path cannot leave the folder. */
const namePattern = /^(assets\/)?[A-Za-z0-9_-][A-Za-z0-9._-]*$/;
const brotliQuality = 5;

export type Coding = 'br' | 'gzip' | 'identity';

export interface PageFile {
  readonly type: string;
  /** Its name holds a hash of its content: it never changes. */
  readonly isLasting: boolean;
  readonly codings: Readonly<Partial<Record<Coding, Buffer>>>;
}

/** The files of the built pages, read and compressed once. */
export class PageFiles {
  private readonly files = new Map<string, Promise<PageFile | null>>();

  constructor(private readonly folder: string) {}

  /** Null when nothing was built. Read each time: it is small, and names the files of the newest build. */
  index(): Promise<string | null> {
    return readFile(path.join(this.folder, 'index.html'), 'utf8').catch(() => null);
  }

  /** Null when the pages have no such file. */
  async find(name: string): Promise<PageFile | null> {
    const type = types[path.extname(name)];
    if (type === undefined || !namePattern.test(name)) return null;
    const known = this.files.get(name);
    if (known !== undefined) return known;
    const read = this.read(name, type);
    this.files.set(name, read);
    const file = await read;
    // Not remembered, so that guesses fill no memory; and a file outside of assets may change with the next build.
    if (file === null || !file.isLasting) this.files.delete(name);
    return file;
  }

  private async read(name: string, type: string): Promise<PageFile | null> {
    const content = await readFile(path.join(this.folder, name)).catch(() => null);
    if (content === null) return null;
    const isLasting = name.startsWith('assets/');
    const codings = compressible.has(path.extname(name)) ? await compress(content) : { identity: content };
    return { type, isLasting, codings };
  }
}

async function compress(content: Buffer): Promise<PageFile['codings']> {
  const [br, gz] = await Promise.all([
    promisify(brotliCompress)(content, { params: { [constants.BROTLI_PARAM_QUALITY]: brotliQuality } }),
    promisify(gzip)(content),
  ]);
  return { br, gzip: gz, identity: content };
}
