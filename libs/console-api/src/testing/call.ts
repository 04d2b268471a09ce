export interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

/** One request to a console, real or fake, as an administrator who is signed in. */
export type Call = (method: string, path: string, body?: object) => Promise<Answer> | Answer;
