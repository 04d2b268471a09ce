/** A fault a person can act on: one line what is wrong, one line what to do next. Never a stack. */
export class StartError extends Error {
  override readonly name = 'StartError';

  constructor(
    message: string,
    readonly nextStep: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
