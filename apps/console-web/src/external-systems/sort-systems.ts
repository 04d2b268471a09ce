import type { ColumnOrder } from '../lists/sortable-header.js';
import type { ExternalSystem } from './external-system.js';
import type { SystemEntry } from './fold-systems.js';

/** What the Server list is sorted by, as the address says it; `-` before it: the other way round. */
export const systemOrders = ['sensor', 'type', 'name', 'id', 'expiry', 'state', 'seen'] as const;
type SystemOrder = (typeof systemOrders)[number];

/** Null: has none, and stands at the end either way. */
const keys: Readonly<Record<SystemOrder, (system: ExternalSystem) => string | null>> = {
  sensor: ({ sensor }) => sensor,
  type: ({ type }) => type,
  name: ({ name }) => (name === '' ? null : name),
  id: ({ sensorId }) => sensorId,
  expiry: ({ certificateNotAfter }) => certificateNotAfter,
  state: ({ state }) => state,
  seen: ({ lastSeenAt }) => lastSeenAt,
};

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

function readOrder(sort: string | null): { order: SystemOrder; isFalling: boolean } | null {
  const isFalling = sort?.startsWith('-') ?? false;
  const name = isFalling ? sort?.slice(1) : sort;
  const order = systemOrders.find((one) => one === name);
  return order === undefined ? null : { order, isFalling };
}

/** Entries by the certificate each is shown with; unknown orders leave them as they are. */
export function sortSystems(entries: readonly SystemEntry[], sort: string | null): readonly SystemEntry[] {
  const asked = readOrder(sort);
  if (asked === null) return entries;
  const keyOf = ({ certificates }: SystemEntry) => keys[asked.order](certificates[0]);
  return [...entries].sort((one, other) => {
    const [a, b] = [keyOf(one), keyOf(other)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    return collator.compare(a, b) * (asked.isFalling ? -1 : 1);
  });
}

/** How a column is sorted and what a click on its title asks for: up, down, as it was. */
export function columnOrder(column: SystemOrder, sort: string | null): ColumnOrder {
  const asked = readOrder(sort);
  if (asked?.order !== column) return { order: 'none', next: column };
  return asked.isFalling ? { order: 'descending', next: null } : { order: 'ascending', next: `-${column}` };
}
