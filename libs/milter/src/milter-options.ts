import type { Answer } from './decision.js';
import type { MilterReport } from './milter-report.js';
import { defaultLimits, type MilterHandlers, type MilterLimits } from './milter-message.js';
import type { MacroLists } from './negotiate.js';
import { stepBits, type MilterAction } from './protocol.js';

export interface MilterOptions {
  readonly handlers: MilterHandlers;
  /** Edits that decisions may hold; an MTA may allow fewer (`MilterEnvelope.actions`). */
  readonly actions?: readonly MilterAction[];
  /** Macros to be sent for a stage, names without braces; without a list the MTA sends what its own configuration says. */
  readonly macros?: MacroLists;
  readonly limits?: Partial<MilterLimits>;
  /**
   * Ask the MTA to leave out the rest of a body that no one reads any more. It then waits for an answer to each piece of every
   * body, so it pays only where most bodies are not read. Default false.
   */
  readonly skipUnreadBody?: boolean;
  /** For a handler that threw or was too slow. Default: 451 4.3.0. */
  readonly whenFailed?: Answer;
  /** For a message with more headers or recipients than are kept, which no handler sees. Default: 451 4.3.0. */
  readonly whenLimitExceeded?: Answer;
  /** Who may connect, by address; anyone else is hung up on. The protocol has no other way to know an MTA. Default: all. */
  readonly isAllowed?: (address: string) => boolean;
  readonly report?: (report: MilterReport) => void;
}

export interface ResolvedOptions extends Required<Omit<MilterOptions, 'limits'>> {
  readonly limits: MilterLimits;
  readonly steps: number;
}

const comeAgain: Answer = {
  kind: 'reply',
  reply: {
    code: 451,
    enhancedCode: '4.3.0',
    lines: ['The message could not be examined now, please try again later'],
  },
};

export function resolveOptions(options: MilterOptions): ResolvedOptions {
  return {
    actions: [],
    macros: {},
    skipUnreadBody: false,
    whenFailed: comeAgain,
    whenLimitExceeded: comeAgain,
    isAllowed: () => true,
    report: () => undefined,
    ...options,
    limits: { ...defaultLimits, ...options.limits },
    steps: stepsFor(options),
  };
}

/** Answers are awaited only where a handler gives one: the rest comes in one burst (Sendmail waits ten seconds for each). */
function stepsFor({ handlers, skipUnreadBody }: MilterOptions): number {
  const always =
    stepBits.noUnknown |
    stepBits.leadingSpace |
    stepBits.noReplyToHelo |
    stepBits.noReplyToData |
    stepBits.noReplyToUnknown |
    stepBits.noReplyToHeader |
    stepBits.noReplyToEndOfHeaders;
  return (
    always |
    (handlers.checkClient === undefined ? stepBits.noReplyToConnect : 0) |
    (handlers.checkSender === undefined ? stepBits.noReplyToMail : 0) |
    (handlers.checkRecipient === undefined ? stepBits.noReplyToRecipient : 0) |
    (skipUnreadBody === true ? stepBits.skip : stepBits.noReplyToBody)
  );
}
