import { describePlace } from '@sluice/console-api/words';
import { notExaminedSchema } from '@sluice/contracts';
import { z } from 'zod';

const placesSchema = z.array(notExaminedSchema);

/** For a cell of a table: each place with its reason, and how many more there are. Null: all of it was examined. */
export function describeUnexamined({
  notExamined,
  notExaminedTotal,
}: {
  readonly notExamined: unknown;
  readonly notExaminedTotal: number;
}): string | null {
  if (notExaminedTotal === 0) return null;
  const places = placesSchema.parse(notExamined);
  const more = notExaminedTotal - places.length;
  return [...places.map(describePlace), ...(more > 0 ? [`${more} more`] : [])].join('; ');
}
