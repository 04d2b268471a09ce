/** The key pair's files cannot be used as they are; an operator must put them right. */
export class KeyPairError extends Error {
  override readonly name = 'KeyPairError';
  constructor(
    readonly code: 'unreadable' | 'mismatch' | 'key-missing' | 'unsupported-key',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
