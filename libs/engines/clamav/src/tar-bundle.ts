const blockBytes = 512;

/** The header of a file in a tar (POSIX ustar). */
export function tarHeader(name: string, sizeBytes: number): Buffer {
  const header = Buffer.alloc(blockBytes);
  const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0');
  header.write(name, 0, 'latin1');
  header.write(`${octal(0o644, 7)}\0${octal(0, 7)}\0${octal(0, 7)}\0`, 100, 'latin1');
  header.write(`${octal(sizeBytes, 11)}\0${octal(0, 11)}\0`, 124, 'latin1');
  header.write(`${' '.repeat(8)}0`, 148, 'latin1');
  header.write('ustar\x0000', 257, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 6)}\0 `, 148, 'latin1');
  return header;
}

/**
 * As far as clamd looks to tell what a file is: no one's content may stand there, or what looks like a page or a mail at the
 * beginning of the first file would make the whole be read as one, and all the other files go unseen.
 */
const firstLookBytes = 1024;

/** Many contents as the files of one tar, a kind of file that every clamd that may say clean has shown to open. */
export function tarBundle(contents: readonly Uint8Array[]): Buffer {
  const files = [Buffer.alloc(firstLookBytes), ...contents].flatMap((content, index) => [
    tarHeader(String(index), content.length),
    content,
    Buffer.alloc((blockBytes - (content.length % blockBytes)) % blockBytes),
  ]);
  return Buffer.concat([...files, Buffer.alloc(2 * blockBytes)]);
}
