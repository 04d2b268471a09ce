import type { Job } from '@sluice/contracts';
import { type ObjectStore, ObjectStoreError, type PasswordSeal, maxSealedBytes } from '@sluice/object-store';
import type { Logger } from '@sluice/runtime';

/**
 * Passwords that a caller sent with an object. Where they cannot be had the object is examined without: what they would
 * have opened is then `encrypted`, never clean.
 */
export class GivenPasswords {
  constructor(
    private readonly store: Pick<ObjectStore, 'readSidecar'>,
    /** Null: no key is configured. */
    private readonly seal: PasswordSeal | null,
    private readonly logger: Logger,
  ) {}

  async of({ objectKey, submissionId, hasPasswords }: Job): Promise<readonly string[]> {
    if (hasPasswords !== true) return [];
    if (this.seal === null) return this.none(submissionId, 'PASSWORDS_KEY is not set');
    try {
      const sealed = await this.store.readSidecar(objectKey, maxSealedBytes);
      const opened = this.seal.open(objectKey, sealed);
      return opened ?? this.none(submissionId, 'sealed with another PASSWORDS_KEY, or altered');
    } catch (error) {
      if (!(error instanceof ObjectStoreError)) throw error;
      return this.none(submissionId, error.code);
    }
  }

  private none(submissionId: string, problem: string): readonly string[] {
    this.logger.warn({ submissionId, problem }, "the caller's passwords cannot be had");
    return [];
  }
}
