import { clamdPolicyOfSensorSchema, type ClamdPolicyRecord } from '@sluice/contracts';
import { z } from 'zod';
import { ChosenSettings, type ChosenEvents } from '../chosen-settings.js';
import type { ClamdPolicy } from './clamd-policy.js';

/** What a listener answers at this moment. */
export interface ClamdSettings {
  readonly policy: ClamdPolicy;
  /** From a stream's end to its answer. */
  readonly holdMs: number;
}

const filtersSchema = z.object({ clamdPolicy: clamdPolicyOfSensorSchema.nullish() });

/** What an administrator chose in the console over the listener's options. */
export const chosenClamdSettings = (options: ClamdSettings, events: ChosenEvents) =>
  new ChosenSettings<ClamdSettings, ClamdPolicyRecord>({
    ...events,
    options,
    read: (filters) => filtersSchema.parse(filters).clamdPolicy ?? null,
    overlay,
  });

const overlay = ({ policy, holdMs }: ClamdSettings, chosen: ClamdPolicyRecord): ClamdSettings => ({
  policy: {
    names: chosen.names ?? policy.names,
    whenNotExamined: chosen.whenNotExamined ?? policy.whenNotExamined,
    whenAway: chosen.whenAway ?? policy.whenAway,
    cutLengths: chosen.cutLengths === undefined ? policy.cutLengths : new Set(chosen.cutLengths),
  },
  holdMs: chosen.holdSeconds === undefined ? holdMs : chosen.holdSeconds * 1000,
});
