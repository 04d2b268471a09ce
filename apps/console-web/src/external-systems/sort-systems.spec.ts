import { describe, expect, it } from 'vitest';
import { sampleSystem } from '../../testing/fake-console/sample-systems.js';
import { foldSystems } from './fold-systems.js';
import { columnOrder, sortSystems } from './sort-systems.js';

const entries = foldSystems([
  sampleSystem({ sensorId: 'fs-10', certificateNotAfter: '2027-01-01T00:00:00Z', name: 'b' }),
  sampleSystem({ sensorId: 'fs-2', certificateNotAfter: '2026-12-01T00:00:00Z', name: null }),
  sampleSystem({ sensorId: 'mx', certificateNotAfter: null, name: 'A' }),
]);
const idsBy = (sort: string | null) => sortSystems(entries, sort).map((one) => one.sensorId);

describe('the order of the Server list', () => {
  it.each([
    ['expiry', ['fs-2', 'fs-10', 'mx']],
    ['-expiry', ['fs-10', 'fs-2', 'mx']],
    ['id', ['fs-2', 'fs-10', 'mx']],
    ['-id', ['mx', 'fs-10', 'fs-2']],
    ['name', ['mx', 'fs-10', 'fs-2']],
    ['nothing of the kind', ['fs-10', 'fs-2', 'mx']],
    [null, ['fs-10', 'fs-2', 'mx']],
  ])('by %s has what has none of it at the end', (sort, ids) => {
    expect(idsBy(sort)).toEqual(ids);
  });

  it('goes up, down and back with the clicks on a title', () => {
    expect(columnOrder('id', null)).toEqual({ order: 'none', next: 'id' });
    expect(columnOrder('id', 'id')).toEqual({ order: 'ascending', next: '-id' });
    expect(columnOrder('id', '-id')).toEqual({ order: 'descending', next: null });
    expect(columnOrder('id', 'expiry')).toEqual({ order: 'none', next: 'id' });
  });
});
