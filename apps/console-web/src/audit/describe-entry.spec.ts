import { describe, expect, it } from 'vitest';
import { actionChoices, describeKey, differences, targetPath } from './describe-entry.js';

describe('an entry of the audit log', () => {
  it('shows what differs, and nothing else', () => {
    expect(
      differences({ state: 'pending', type: 'mail' }, { state: 'accepted', type: 'mail', mode: null }),
    ).toEqual([{ key: 'state', before: 'Request', after: 'Accepted' }]);
  });

  it('shows all of what was made or is gone', () => {
    expect(differences(null, { days: 7 })).toEqual([{ key: 'days', before: null, after: '7' }]);
    expect(differences({ on: true }, null)).toEqual([{ key: 'on', before: 'yes', after: null }]);
  });

  it('says values and keys in words', () => {
    const after = { ids: [1, 2], none: [], policy: { encrypted: 'detect', isOn: false } };
    expect(differences(null, after).map((one) => one.after)).toEqual([
      '1, 2',
      'none',
      'A part is encrypted: detect; is on no',
    ]);
    expect(differences({ maxObjectSize: 104_857_600 }, { maxObjectSize: 209_715_200 })).toEqual([
      { key: 'maxObjectSize', before: '100 MiB', after: '200 MiB' },
    ]);
    expect([describeKey('maxObjectSize'), describeKey('assigneeBefore'), describeKey('toString')]).toEqual([
      'Largest object',
      'Assignee before',
      'To string',
    ]);
  });

  it.each([
    ['alert.change', 'alert 4204', '/alerts/4204'],
    ['scan.rescan', 'scan 0190-ab', '/scans/0190-ab'],
    ['external-system.accept', 'a b&c', '/external-systems?q=a+b%26c'],
    ['settings.change', 'maxDepth', '/settings'],
    ['alert.change-many', 'alerts 4 to 9', null],
    ['session.open', 'alert', null],
  ])('leads from %s of %s to %s', (action, target, path) => {
    expect(targetPath(action, target)).toBe(path);
  });

  it('can be filtered by every kind, and all that is known of it', () => {
    for (const { items } of actionChoices) expect(items.length).toBeGreaterThan(1);
  });
});
