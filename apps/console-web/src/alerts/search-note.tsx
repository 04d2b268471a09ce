import { Alert } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { ask } from '../api/ask.js';

/** Says what a search did not look at, to whom just searched: an empty list would be taken for an answer. */
export function SearchNote({ q }: { readonly q: string | null }): ReactElement | null {
  const search = useQuery({
    queryKey: ['alert-search'],
    queryFn: () => ask('GET', '/api/alert-search'),
    enabled: q !== null,
    staleTime: 60_000,
  });
  if (q === null || search.data === undefined || search.data.problem === null) return null;
  return (
    <Alert color="orange" mx="md" mb="sm" title="Not everything is searched">
      {search.data.problem}
    </Alert>
  );
}
