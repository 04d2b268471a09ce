export type SandboxErrorCode =
  /** Wall-clock limit of the task; the process was killed. */
  | 'timeout'
  /** The process ended by itself: a fault, a signal, a limit of the kernel. */
  | 'crashed'
  /** Said something that is not an answer, or too much; the process was killed. */
  | 'bad-answer'
  /** The task's code threw; the process was replaced. */
  | 'task-failed'
  /** The bytes to send could not be read. */
  | 'source-failed'
  /** No process can be started, or the pool is closed. */
  | 'unavailable';

/** A task in the sandbox that brought no valid answer. Says nothing about the object: never a verdict by itself. */
export class SandboxError extends Error {
  override readonly name = 'SandboxError';

  constructor(
    readonly code: SandboxErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
