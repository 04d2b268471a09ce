import { TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { zoneOffsetMs } from '../texts/formats.js';

interface Times {
  /** ISO 8601, UTC. */
  readonly from: string | null;
  readonly until: string | null;
}

/** The two ends of a time: the address holds UTC, the fields show the zone of all times. */
export const TimeFields = ({
  from,
  until,
  change,
  what,
}: Times & { readonly change: (part: Partial<Times>) => void; readonly what?: string }): ReactElement => (
  <>
    <TextInput
      size="sm"
      type="datetime-local"
      label={what === undefined ? 'From' : `${what} from`}
      value={toLocal(from)}
      onChange={(event) => change({ from: fromLocal(event.currentTarget.value) })}
    />
    <TextInput
      size="sm"
      type="datetime-local"
      label={what === undefined ? 'Until' : `${what} until`}
      value={toLocal(until)}
      onChange={(event) => change({ until: fromLocal(event.currentTarget.value) })}
    />
  </>
);

/** As `datetime-local` writes it, in the zone that times are shown in. */
export function toLocal(at: string | null): string {
  const atMs = Date.parse(at ?? '');
  return Number.isNaN(atMs) ? '' : new Date(atMs + zoneOffsetMs(atMs)).toISOString().slice(0, 16);
}

export function fromLocal(text: string): string | null {
  const clockMs = Date.parse(`${text}Z`);
  if (Number.isNaN(clockMs)) return null;
  // The offset of that moment, which is known only roughly before it is known: twice is enough around a change of clocks.
  const roughMs = clockMs - zoneOffsetMs(clockMs);
  return new Date(clockMs - zoneOffsetMs(roughMs)).toISOString();
}
