import type { ObjectType } from '@sluice/contracts';

/**
 * What is asked of an object that holds the needle.
 *
 * | expectation | every engine …                                                                                  |
 * |-------------|-------------------------------------------------------------------------------------------------|
 * | `found`     | finds it                                                                                        |
 * | `said`      | finds it, or the report names the place it did not see; the object is never `not detected`       |
 * | `clean`     | may stay silent: nothing that a common reader would show holds the needle                       |
 */
export type Expectation = 'found' | 'said' | 'clean';

/** Of both cut twins, or of the one cut at so many percent. */
export type EndsAnywhere = string | Readonly<Partial<Record<CutPercent, string>>>;
export const cutPercents = [50, 90] as const;
export type CutPercent = (typeof cutPercents)[number];

export function whyItMayEnd(
  { endsAnywhere }: Pick<Kind, 'endsAnywhere'>,
  percent: CutPercent,
): string | null {
  return typeof endsAnywhere === 'string' ? endsAnywhere : (endsAnywhere?.[percent] ?? null);
}

export interface Kind {
  readonly name: string;
  readonly group: string;
  /** `first`: one of the 491 kinds that were measured before anything was mended. */
  readonly set: 'first' | 'further';
  readonly expectation: Expectation;
  /** Why anything but `found` is right. */
  readonly reason: string | null;
  readonly objectType: ObjectType;
  /** The twin without the needle is rightly held; why. */
  readonly heldTwin: string | null;
  /** Why a twin that ends early may pass: the kind itself cannot say that something is missing. */
  readonly endsAnywhere: EndsAnywhere | null;
  /** The part that holds the needle, byte for byte: lists know it by its hash. */
  leaf(needle: Buffer): Buffer;
  make(needle: Buffer): Buffer | Promise<Buffer>;
}

export interface KindOptions {
  readonly said?: string;
  readonly clean?: string;
  readonly mail?: boolean;
  readonly heldTwin?: string;
  readonly endsAnywhere?: EndsAnywhere;
  readonly leaf?: (needle: Buffer) => Buffer;
}

export type Make = Kind['make'];
export type AddKind = (name: string, make: Make, options?: KindOptions) => void;

/** The kinds of one group, in the order in which `describe` adds them. */
export function kindsOf(group: string, set: Kind['set'], describe: (add: AddKind) => void): Kind[] {
  const found: Kind[] = [];
  describe((name, make, options = {}) => {
    const { said, clean } = options;
    found.push({
      name,
      group,
      set,
      make,
      expectation: said !== undefined ? 'said' : clean !== undefined ? 'clean' : 'found',
      reason: said ?? clean ?? null,
      objectType: options.mail === true ? 'email' : 'file',
      heldTwin: options.heldTwin ?? said ?? null,
      endsAnywhere: options.endsAnywhere ?? null,
      leaf: options.leaf ?? ((needle) => needle),
    });
  });
  return found;
}
