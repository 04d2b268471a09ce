import { z } from 'zod';
import { unexaminedReasons, type UnexaminedReason } from './engine.js';

/**
 * What a caller gets for an object that was not examined, strictest first. `detect` stops the object and makes an alert,
 * `error` leaves it to the caller, `not detected` lets it through. Of several reasons the strictest counts: an object is
 * as unknown as its least trusted part.
 */
export const policyActions = ['detect', 'error', 'not detected'] as const;
export type PolicyAction = (typeof policyActions)[number];

/** What holds for a reason that no one chose anything for. */
export const defaultAction = 'error' satisfies PolicyAction;

export type UnexaminedPolicy = Readonly<Record<UnexaminedReason, PolicyAction>>;

/**
 * A policy in part: reasons that are not there stay as they are. Only reasons of the object itself can be in it; an
 * engine that failed, signatures that don't protect and a timeout are no one's to decide away.
 */
export const policyChangeSchema = z
  .partialRecord(z.enum(unexaminedReasons), z.enum(policyActions))
  .meta({ description: 'what the system gets for objects that could not be examined, by reason' });
export type PolicyChange = z.infer<typeof policyChangeSchema>;

/** The whole of a policy, from what was chosen of it. */
export const completePolicy = (chosen: PolicyChange): UnexaminedPolicy =>
  Object.fromEntries(
    unexaminedReasons.map((reason) => [reason, chosen[reason] ?? defaultAction]),
  ) as UnexaminedPolicy;

/** On a scan whose state a policy changed: what the engines' word was, and which version of the policy made what of it. */
export const policyAppliedSchema = z.object({
  state: z.enum(policyActions),
  stateBefore: z.literal('error'),
  /** All the reasons there were, each of which counted. */
  reasons: z.array(z.enum(unexaminedReasons)),
  version: z.int().min(1),
});
export type PolicyApplied = z.infer<typeof policyAppliedSchema>;

/** The engine in the detections that a policy makes. */
export const policyEngine = 'policy';

/** `encrypted` → `Policy.Unexamined.Encrypted`: a name that says that nothing was found. */
export const policyDetectionName = (reason: UnexaminedReason): string =>
  `Policy.Unexamined.${reason.replace(/(^|-)([a-z])/g, (_all, _dash, letter: string) => letter.toUpperCase())}`;
