import { symbols, type DestinationStream } from 'pino';

/** The part of a pino destination that is used here: writes what it gets, at once. */
export interface LineOutput {
  write(lines: string): void;
}

/** What a process that is killed outright may keep to itself. */
const longestMs = 50;
const warn = 40;
const longestLength = 8 * 1024;

/**
 * Lines of a busy service are written together: one system call each would also wake whoever reads them. Warnings and
 * errors, and everything before them, are out at once; the rest after 50 ms, or when the process ends by itself.
 * Gathered here and not in the destination, which flushes a file to its disk each time it is told to write what it has:
 * where standard output is a file the whole process stood still for it, twenty times a second.
 */
export function gatherLines(output: LineOutput): DestinationStream {
  let lines = '';
  let timer: NodeJS.Timeout | null = null;
  const flush = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const gathered = lines;
    lines = '';
    if (gathered !== '') output.write(gathered);
  };
  process.on('exit', flush);
  const stream = {
    // Makes pino tell the level of each line.
    [symbols.needsMetadataGsym]: true,
    lastLevel: 0,
    write(line: string): void {
      lines += line;
      if (stream.lastLevel >= warn || lines.length >= longestLength) return flush();
      timer ??= setTimeout(flush, longestMs).unref();
    },
  };
  return stream;
}
