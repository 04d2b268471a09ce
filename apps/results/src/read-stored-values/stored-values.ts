import { z } from 'zod';

/**
 * JSON of the ledger, checked as far as its form. What it holds was checked when it came, by the contracts of that release: a
 * later one must still read what an earlier one kept.
 */
export const storedObject = <Value extends object>() =>
  z.custom<Value>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    'is no object',
  );
/** A word of a list that grows: one that a newer release wrote is still shown after going back. */
export const storedWord = <Word extends string>() =>
  z.custom<Word>((value) => typeof value === 'string', 'is no text');
export const storedList = <Item extends object>() => z.array(storedObject<Item>());
