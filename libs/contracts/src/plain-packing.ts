/**
 * A way in which something is packed that leaves nothing to interpret: whoever opens it at all gets the same bytes out.
 * `plain-zip`: a file in a zip (a document that is one, too) whose directory and headers say the same and account for every
 * byte, and which is the object itself.
 */
export const plainPackings = ['plain-zip'] as const;
export type PlainPacking = (typeof plainPackings)[number];

/** Nothing that is packed so is larger, nor what it is in, nor what comes out of that in all. */
export const maxPlainBytes = 64 * 1024 * 1024;
