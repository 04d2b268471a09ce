/** A file that another one carries and says itself where it is. */
export interface PackagedFile {
  readonly name: string;
  readonly bytes: Buffer;
  /** How it is packed there; undefined: it is not. */
  readonly packing?: 'zlib' | 'raw' | 'brotli' | undefined;
  /** Of one in pieces: so many bytes, which are put together only when it is opened. */
  readonly pieces?: { readonly sizeBytes: number; readonly putInto: (whole: Buffer) => void };
  /** Files in it, once it is unpacked, which nothing else would look for. */
  readonly within?: (content: Buffer) => readonly PackagedFile[];
}

export const mostPackaged = 50_000;
