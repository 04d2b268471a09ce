import type { ContainerDetection, Detected } from '../container-format.js';
import { hasAt } from '../magic.js';

export type Magic = readonly [offset: number, text: string];

export const certain = (mime: string): Detected => ({ mime, isCertain: true });
export const byChance = (mime: string): Detected => ({ mime, isCertain: false });

/** A format told by the bytes at one place. */
export function byMagic<Name extends string>(
  name: Name,
  found: Detected,
  ...magics: readonly Magic[]
): ContainerDetection & { readonly name: Name } {
  return {
    name,
    nature: 'wrapper',
    detect: (bytes) => (magics.some(([offset, text]) => hasAt(bytes, offset, text)) ? found : null),
  };
}

export function byLook<Name extends string>(
  name: Name,
  found: Detected,
  looksSo: (bytes: Buffer) => boolean,
): ContainerDetection & { readonly name: Name } {
  return { name, nature: 'wrapper', detect: (bytes) => (looksSo(bytes) ? found : null) };
}
