import { z } from 'zod';

/** `local@host`; the host may be a plain name, as inside a network. No character that means something in a mail header. */
export const mailAddressSchema = z
  .string()
  .trim()
  .max(254)
  .regex(
    /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/,
    'is not a mail address',
  );
