/** An answer that is not the one asked for. `status` 0: no answer at all. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** Advice per field of the form that was sent. */
    readonly fields: Readonly<Record<string, string>> = {},
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(message);
  }

  /** Nothing is wrong with the request; the same one may succeed in a moment. */
  get isPassing(): boolean {
    return this.status === 0 || (this.status >= 502 && this.status <= 504);
  }
}

/** A sentence for an operator, whatever was thrown. */
export function describeProblem(thrown: unknown): string {
  if (!(thrown instanceof ApiProblem)) return 'Something in this page failed; reload it.';
  if (thrown.status === 0) return 'The console does not answer. This page goes on trying.';
  const wait = thrown.retryAfterSeconds;
  const advice =
    thrown.status === 429 && wait !== null ? ` Try again in ${wait} second${wait === 1 ? '' : 's'}.` : '';
  return `${sentence(thrown.message)}${advice}`;
}

const sentence = (text: string): string => {
  const trimmed = text.trim();
  const capital = `${trimmed.charAt(0).toUpperCase()}${trimmed.slice(1)}`;
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
};
