/** The command cannot be done; `message` is for the person who typed it. Exit code 2. */
export class CommandError extends Error {
  override readonly name = 'CommandError';

  constructor(
    message: string,
    readonly nextStep: string | null = null,
  ) {
    super(message);
  }
}
