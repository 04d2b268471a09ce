import { TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { type RangeEnd, fromLocal, toLocal, whichOfTwo } from './local-time.js';

interface Times {
  /** ISO 8601, UTC. */
  readonly from: string | null;
  readonly until: string | null;
}

/** The two ends of a time: the address holds UTC, the fields show the zone of all times. */
export const TimeFields = ({
  what,
  change,
  ...times
}: Times & { readonly change: (part: Partial<Times>) => void; readonly what?: string }): ReactElement => (
  <>
    {rangeEnds.map(({ end, name }) => (
      <TextInput
        key={end}
        size="sm"
        type="datetime-local"
        label={what === undefined ? name : `${what} ${name.toLowerCase()}`}
        description={hint(times[end])}
        value={toLocal(times[end])}
        onChange={(event) => change({ [end]: fromLocal(event.currentTarget.value, end, times[end]) })}
      />
    ))}
  </>
);

const rangeEnds: readonly { readonly end: RangeEnd; readonly name: string }[] = [
  { end: 'from', name: 'From' },
  { end: 'until', name: 'Until' },
];

/** Only where clocks go back: which of the two hours is meant cannot be seen in the field. */
function hint(at: string | null): string | undefined {
  const which = whichOfTwo(at);
  return which === null ? undefined : `The ${which} of two: clocks go back`;
}
