export type ObjectStoreErrorCode = 'missing' | 'short' | 'altered' | 'full' | 'unavailable';

/**
 * The store could not do it. `missing`: no such object. `short`: the file that the object shares has ended before it, which
 * says nothing about the object. `altered`: other bytes than those it was stored with. `full`: no space or quota. `unavailable`: anything else.
 */
export class ObjectStoreError extends Error {
  override readonly name = 'ObjectStoreError';
  constructor(
    readonly code: ObjectStoreErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export function toObjectStoreError(cause: unknown, doing: string): ObjectStoreError {
  if (cause instanceof ObjectStoreError) return cause;
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'ENOENT') return new ObjectStoreError('missing', `${doing}: no such object`, { cause });
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new ObjectStoreError('full', `${doing}: no space left`, { cause });
  return new ObjectStoreError('unavailable', `${doing}: ${code ?? 'failed'}`, { cause });
}
