import { useRef } from 'react';
import { useSearchParams } from 'wouter';
import { pageKeys } from './page-keys.js';

/**
 * Filters live in the address: they can be bookmarked, sent to a colleague, and survive a reload. Each change is a step
 * that Back takes back, but typing on in one field is one step.
 */
export function useAddressFilter<Key extends string>(
  keys: readonly Key[],
  { keepsPage = false }: { readonly keepsPage?: boolean } = {},
) {
  const [parameters, setParameters] = useSearchParams();
  const changed = useRef<{ readonly keys: string; readonly text: string } | null>(null);
  const filter = Object.fromEntries(keys.map((key) => [key, parameters.get(key)])) as Record<
    Key,
    string | null
  >;
  const change = (part: Partial<Record<Key, string | null>>) => {
    const names = Object.keys(part).sort().join(' ');
    const isTypingOn =
      changed.current?.keys === names &&
      changed.current.text === parameters.toString() &&
      Object.entries(part).every(([key, value]) => isTyped(parameters.get(key), value));
    setParameters(
      (before) => {
        const next = new URLSearchParams(before);
        // Another filter makes another list, which has its own first page.
        if (!keepsPage) for (const key of pageKeys) next.delete(key);
        for (const [key, value] of Object.entries<string | null | undefined>(part))
          if (value === null || value === undefined || value === '') next.delete(key);
          else next.set(key, value);
        changed.current = { keys: names, text: next.toString() };
        return next;
      },
      { replace: isTypingOn },
    );
  };
  const clear = () => setParameters(new URLSearchParams());
  const isFiltered = keys.some((key) => filter[key] !== null);
  return { filter, change, clear, isFiltered, text: withoutPage(parameters) };
}

const isTime = (text: string): boolean => /^\d{4,}-\d\d-\d\dT/.test(text);

/** A letter more or less, or another digit of a time; `closed` and then `new` is chosen twice. */
function isTyped(before: string | null, value: unknown): boolean {
  const [one, other] = [before ?? '', typeof value === 'string' ? value : ''];
  if (one === '' || other === '') return false;
  return one.startsWith(other) || other.startsWith(one) || (isTime(one) && isTime(other));
}

/** What is filtered, whichever page of it is shown. */
function withoutPage(parameters: URLSearchParams): string {
  const rest = new URLSearchParams(parameters);
  for (const key of pageKeys) rest.delete(key);
  return rest.toString();
}
