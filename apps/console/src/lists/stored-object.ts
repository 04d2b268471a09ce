import { z } from 'zod';

/**
 * JSON that the database keeps, checked as far as its form. What it holds was checked when it came, by that release: a later
 * one must still show what an earlier one kept.
 */
export const storedObject = <Value extends object>() =>
  z.custom<Value>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    'is no object',
  );
