import { symbols, type DestinationStream } from 'pino';

/** The part of a pino destination that is used here. */
export interface LineBuffer {
  write(line: string): void;
  flushSync(): void;
}

/** What a process that is killed outright may keep to itself. */
const longestMs = 50;
const warn = 40;

/**
 * Lines of a busy service are written together: one system call each would also wake whoever reads them. Warnings and
 * errors, and everything before them, are out at once; the rest after 50 ms, or when the process ends by itself.
 */
export function gatherLines(buffer: LineBuffer): DestinationStream {
  let timer: NodeJS.Timeout | null = null;
  const flush = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    buffer.flushSync();
  };
  process.on('exit', flush);
  const stream = {
    // Makes pino tell the level of each line.
    [symbols.needsMetadataGsym]: true,
    lastLevel: 0,
    write(line: string): void {
      buffer.write(line);
      if (stream.lastLevel >= warn) return flush();
      timer ??= setTimeout(flush, longestMs).unref();
    },
  };
  return stream;
}
