import { useSearchParams } from 'wouter';

/** Filters live in the address: they can be bookmarked, sent to a colleague, and survive a reload. */
export function useAddressFilter<Key extends string>(keys: readonly Key[]) {
  const [parameters, setParameters] = useSearchParams();
  const filter = Object.fromEntries(keys.map((key) => [key, parameters.get(key)])) as Record<
    Key,
    string | null
  >;
  const change = (part: Partial<Record<Key, string | null>>) =>
    setParameters(
      (before) => {
        const next = new URLSearchParams(before);
        for (const [key, value] of Object.entries<string | null | undefined>(part))
          if (value === null || value === undefined || value === '') next.delete(key);
          else next.set(key, value);
        return next;
      },
      { replace: true },
    );
  const clear = () => setParameters(new URLSearchParams(), { replace: true });
  const isFiltered = keys.some((key) => filter[key] !== null);
  return { filter, change, clear, isFiltered, text: parameters.toString() };
}
