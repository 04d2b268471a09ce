/**
 * How bad it is, what is wrong with the system:
 *
 * | level      | means                                                     | changes the status |
 * |------------|-----------------------------------------------------------|--------------------|
 * | `down`     | nothing is accepted, or nothing accepted gets a verdict   | to `down`          |
 * | `degraded` | slower, weaker or less safe than it should be             | to `degraded`      |
 * | `advisory` | becomes one of those when no one acts                     | no                 |
 */
export const causeLevels = ['down', 'degraded', 'advisory'] as const;
export type CauseLevel = (typeof causeLevels)[number];
