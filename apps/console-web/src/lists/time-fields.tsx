import { TextInput } from '@mantine/core';
import type { ReactElement } from 'react';

interface Times {
  /** ISO 8601, UTC. */
  readonly from: string | null;
  readonly until: string | null;
}

/** The two ends of a time: the address holds UTC, the fields show the viewer's zone. */
export const TimeFields = ({
  from,
  until,
  change,
}: Times & { readonly change: (part: Partial<Times>) => void }): ReactElement => (
  <>
    <TextInput
      size="sm"
      type="datetime-local"
      label="From"
      value={toLocal(from)}
      onChange={(event) => change({ from: fromLocal(event.currentTarget.value) })}
    />
    <TextInput
      size="sm"
      type="datetime-local"
      label="Until"
      value={toLocal(until)}
      onChange={(event) => change({ until: fromLocal(event.currentTarget.value) })}
    />
  </>
);

function toLocal(at: string | null): string {
  if (at === null || Number.isNaN(Date.parse(at))) return '';
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

const fromLocal = (text: string): string | null =>
  text === '' || Number.isNaN(Date.parse(text)) ? null : new Date(text).toISOString();
