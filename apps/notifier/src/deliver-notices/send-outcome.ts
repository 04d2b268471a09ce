import { oneLine, type Notice } from '@sluice/notifications';

/** One message to one receiver, as the rule wants it now. */
export interface Outgoing {
  /** Same for every attempt. */
  readonly deliveryId: string;
  readonly notice: Notice;
  readonly ruleName: string | null;
  /** With macros; null: the default. */
  readonly subject: string | null;
  readonly to: readonly string[];
}

export interface SendOptions {
  readonly version: string;
  readonly consoleUrl: string;
  readonly hostName: string;
  /** Ends the attempt. */
  readonly signal: AbortSignal;
}

/**
 * How an attempt ended, with what the receiver answered, in words for operators. `isPermanent`: this receiver will
 * never take this message, so trying again would only annoy it.
 */
export type SendOutcome =
  | { readonly kind: 'delivered'; readonly answer: string }
  | {
      readonly kind: 'failed';
      readonly answer: string;
      readonly isPermanent: boolean;
      /** The receiver asked for this pause. */
      readonly retryAfterMs: number | null;
    };

const maxAnswerCharacters = 512;

export const delivered = (answer: string): SendOutcome => ({
  kind: 'delivered',
  answer: oneLine(answer, maxAnswerCharacters),
});

export const failed = (
  answer: string,
  options: { readonly isPermanent?: boolean; readonly retryAfterMs?: number | null } = {},
): SendOutcome => ({
  kind: 'failed',
  answer: oneLine(answer, maxAnswerCharacters),
  isPermanent: options.isPermanent ?? false,
  retryAfterMs: options.retryAfterMs ?? null,
});

/** What went wrong below the protocol: names, connections, TLS. */
export function describeFault(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return signal.reason instanceof Error ? signal.reason.message : 'given up';
  const { code, message } = error as { code?: unknown; message?: unknown };
  const text = typeof message === 'string' && message !== '' ? message : String(error);
  // Several addresses were tried: the first one's answer stands for all.
  const first = error instanceof AggregateError ? (error.errors[0] as unknown) : undefined;
  if (first !== undefined) return describeFault(first, signal);
  return typeof code === 'string' && !text.includes(code) ? `${code}: ${text}` : text;
}
