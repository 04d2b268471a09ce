export interface RawAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

export interface ReadAnswers {
  readonly answers: readonly RawAnswer[];
  /** What came and is no whole answer. */
  readonly rest: string;
}

const statusLine = /^HTTP\/1\.1 (\d{3}) [A-Za-z -]+$/;

/** Splits what a connection received into answers; nothing is forgiven. `bodiless`: they answer HEAD. */
export function readAnswers(received: string, isBodiless = false): ReadAnswers {
  const answers: RawAnswer[] = [];
  let rest = received;
  for (;;) {
    const taken = takeAnswer(rest, isBodiless);
    if (taken === null) return { answers, rest };
    rest = taken.rest;
    // An interim answer says nothing yet.
    if (taken.answer.status !== 100) answers.push(taken.answer);
  }
}

function takeAnswer(text: string, isBodiless: boolean): { answer: RawAnswer; rest: string } | null {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const [first = '', ...lines] = text.slice(0, end).split('\r\n');
  const status = Number(statusLine.exec(first)?.[1] ?? Number.NaN);
  if (Number.isNaN(status)) return null;
  const headers = new Map(lines.map((line) => splitHeader(line)));
  const after = text.slice(end + 4);
  const isEmpty = isBodiless || status === 100 || status === 204;
  if (isEmpty) return { answer: { status, headers, body: '' }, rest: after };
  const taken =
    headers.get('transfer-encoding') === 'chunked' ? takeChunks(after) : takeSized(after, headers);
  return taken === null ? null : { answer: { status, headers, body: taken.body }, rest: taken.rest };
}

function splitHeader(line: string): [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}

function takeSized(
  text: string,
  headers: ReadonlyMap<string, string>,
): { body: string; rest: string } | null {
  const length = Number(headers.get('content-length') ?? Number.NaN);
  // Neither length nor chunks: such an answer ends with the connection, and the gateway sends none.
  if (Number.isNaN(length) || text.length < length) return null;
  return { body: text.slice(0, length), rest: text.slice(length) };
}

function takeChunks(text: string): { body: string; rest: string } | null {
  let [body, rest] = ['', text];
  for (;;) {
    const end = rest.indexOf('\r\n');
    const size = Number.parseInt(rest.slice(0, end), 16);
    if (end < 0 || Number.isNaN(size) || rest.length < end + 4 + size) return null;
    body += rest.slice(end + 2, end + 2 + size);
    rest = rest.slice(end + 4 + size);
    if (size === 0) return { body, rest };
  }
}
