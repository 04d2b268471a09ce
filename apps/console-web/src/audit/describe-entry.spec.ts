import { describe, expect, it } from '@jest/globals';
import { differences } from './describe-entry.js';

describe('an entry of the audit log', () => {
  it('shows what differs, and nothing else', () => {
    expect(
      differences({ state: 'pending', type: 'mail' }, { state: 'accepted', type: 'mail', mode: null }),
    ).toEqual([{ key: 'state', before: 'pending', after: 'accepted' }]);
  });

  it('shows all of what was made or is gone', () => {
    expect(differences(null, { days: 7 })).toEqual([{ key: 'days', before: null, after: '7' }]);
    expect(differences({ on: true }, null)).toEqual([{ key: 'on', before: 'true', after: null }]);
  });
});
