import { describe, expect, it } from 'vitest';
import type { AuditStore, AuditEntry } from '../audit/audit.store.js';
import { mostEntriesPerWindow, RefusedSignIns } from './refused-sign-ins.js';

describe('refused sign-ins in the audit log', () => {
  it('are bounded a minute, and those left out are counted', async () => {
    const entries: AuditEntry[] = [];
    const audit = {
      record: (_tx: null, entry: AuditEntry) => Promise.resolve(void entries.push(entry)),
    } as unknown as AuditStore;
    const refused = new RefusedSignIns(audit);
    const one = { username: null, address: '192.0.2.1', reason: 'wrong-password' } as const;
    for (let count = 0; count < mostEntriesPerWindow + 5; count += 1) await refused.record(one, 1000);
    expect(entries).toHaveLength(mostEntriesPerWindow);
    await refused.record(one, 61_000);
    expect(entries.slice(mostEntriesPerWindow).map(({ after }) => after)).toEqual([
      { reason: 'too-many-to-list', count: 5 },
      { reason: 'wrong-password' },
    ]);
  });
});
