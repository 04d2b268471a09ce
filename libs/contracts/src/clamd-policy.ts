import { z } from 'zod';

/** `block`: a named detection. `error`: `… ERROR`, which popular clients take for "not infected" (docs/clamd.md). */
export const clamdActions = ['block', 'error'] as const;
export type ClamdAction = (typeof clamdActions)[number];

/**
 * Under which names what was not examined is found. `sluice`: no client treats them as anything but a detection.
 * `clamd`: clamd's `Heuristics.*`, of which rspamd makes symbols of their own, without weight or action.
 */
export const clamdNames = ['sluice', 'clamd'] as const;
export type ClamdNames = (typeof clamdNames)[number];

export const clamdHoldSeconds = { min: 1, max: 600 } as const;
/** Of the list of lengths at which clients cut. */
export const clamdCutLengths = 20;

const fields = {
  names: z.enum(clamdNames),
  whenNotExamined: z.enum(clamdActions),
  whenAway: z.enum(clamdActions),
  holdSeconds: z.int().min(clamdHoldSeconds.min).max(clamdHoldSeconds.max),
  cutLengths: z
    .array(
      z
        .int()
        .min(1)
        .max(2 ** 40),
    )
    .max(clamdCutLengths),
};

/**
 * What a sensor's clamd listener answers, as an administrator chose it. What is not there is left to the listener's options, as are
 * its largest stream and its number of connections: those bound the machine that it runs on.
 */
export const clamdPolicySchema = z.strictObject(fields).partial();
export type ClamdPolicyRecord = z.infer<typeof clamdPolicySchema>;

/** A change of it: what is not there stays as it is, null is left to the listener from now on. */
export const clamdPolicyChangeSchema = z
  .strictObject({
    names: fields.names.nullable(),
    whenNotExamined: fields.whenNotExamined.nullable(),
    whenAway: fields.whenAway.nullable(),
    holdSeconds: fields.holdSeconds.nullable(),
    cutLengths: fields.cutLengths.nullable(),
  })
  .partial()
  .meta({ description: 'what a clamd listener answers; null leaves a field to the options of the listener' });
export type ClamdPolicyChange = z.infer<typeof clamdPolicyChangeSchema>;

/** As a sensor is given it with `GET /scans/filters`. The version grows with each change. */
export const clamdPolicyOfSensorSchema = z.object({ version: z.int().min(1), policy: clamdPolicySchema });
export type ClamdPolicyOfSensor = z.infer<typeof clamdPolicyOfSensorSchema>;
