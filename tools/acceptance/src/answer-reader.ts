export interface WireAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  /** The server closes the connection after it. */
  readonly isLast: boolean;
}

interface Head {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
}

const empty = Buffer.alloc(0);

/** Reads one HTTP/1.1 answer with a length or in chunks: all the gateway and the servers beside it ever send. */
export class AnswerReader {
  answer: WireAnswer | null = null;
  private rest: Buffer = empty;
  private head: Head | null = null;
  private readonly pieces: Buffer[] = [];
  private bodyBytes = 0;

  /** With `onPiece` the body goes there and is not kept. */
  constructor(private readonly onPiece?: (piece: Buffer) => void) {}

  add(chunk: Buffer): void {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    this.head ??= this.takeHead();
    if (this.head === null) return;
    if (this.head.headers.get('transfer-encoding') === 'chunked') this.takeChunks(this.head);
    else this.takeSized(this.head);
  }

  private takeHead(): Head | null {
    const end = this.rest.indexOf('\r\n\r\n');
    if (end < 0) return null;
    const [first = '', ...lines] = this.rest.subarray(0, end).toString('latin1').split('\r\n');
    this.rest = this.rest.subarray(end + 4);
    const status = Number(first.split(' ')[1]);
    // "100 Continue" comes before the answer itself.
    if (status === 100) return this.takeHead();
    const headers = new Map(
      lines.map((line): [string, string] => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
      }),
    );
    return { status, headers };
  }

  private takeSized(head: Head): void {
    const wanted = Number(head.headers.get('content-length') ?? 0);
    this.keep(this.rest);
    this.rest = empty;
    if (this.bodyBytes >= wanted) this.finish(head);
  }

  private takeChunks(head: Head): void {
    for (;;) {
      const end = this.rest.indexOf('\r\n');
      if (end < 0) return;
      const size = Number.parseInt(this.rest.subarray(0, end).toString('latin1'), 16);
      if (this.rest.length < end + 2 + size + 2) return;
      this.keep(this.rest.subarray(end + 2, end + 2 + size));
      this.rest = this.rest.subarray(end + 2 + size + 2);
      if (size === 0) return this.finish(head);
    }
  }

  private keep(piece: Buffer): void {
    this.bodyBytes += piece.length;
    if (this.onPiece !== undefined) this.onPiece(piece);
    else if (piece.length > 0) this.pieces.push(piece);
  }

  private finish({ status, headers }: Head): void {
    const body = Buffer.concat(this.pieces).toString('utf8');
    this.answer = { status, headers, body, isLast: headers.get('connection') === 'close' };
  }
}
