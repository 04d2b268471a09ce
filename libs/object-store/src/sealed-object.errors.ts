/** `altered`: not what was sealed, or of another object. `unknown-key`: sealed for a key that is not in the file. */
export type SealedObjectErrorCode = 'altered' | 'unknown-key';

export class SealedObjectError extends Error {
  override readonly name = 'SealedObjectError';
  constructor(
    readonly code: SealedObjectErrorCode,
    message: string,
  ) {
    super(message);
  }
}
