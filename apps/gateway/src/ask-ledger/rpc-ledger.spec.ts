import { afterEach, describe, expect, it, vi } from 'vitest';
import type { AcceptItem } from '@sluice/contracts';
import { createRpcLedger } from './rpc-ledger.js';
import type { Asker } from './rpc-ledger.js';

const registrationId = '00000000-0000-7000-8000-000000000001';

function fakeRpc(answer: (pattern: string, request: unknown) => unknown): Asker & { patterns: string[] } {
  const patterns: string[] = [];
  return {
    patterns,
    isConnected: true,
    ask: async (definition, request) => {
      patterns.push(definition.pattern);
      return definition.answer.parse(answer(definition.pattern, request));
    },
  };
}

describe('ledger over RPC', () => {
  it('asks with the patterns the broker lets a gateway use', async () => {
    const rpc = fakeRpc((pattern) => {
      if (pattern.endsWith('admit')) return { isAdmitted: false, scope: 'all' };
      if (pattern.endsWith('states')) return { scans: [], next: null };
      if (pattern.endsWith('report')) return { report: null };
      if (pattern.endsWith('delete')) return { deleted: [1] };
      if (pattern.endsWith('delete-all')) return { ok: true };
      return { detects: [], lastId: 7 };
    });
    const ledger = createRpcLedger(rpc);
    const scan = { registrationId, scanId: '1', instance: null };
    expect(await ledger.admit({ registrationId, isMail: true })).toBe(false);
    expect(await ledger.report(scan)).toBeNull();
    expect(await ledger.deleteScan(scan)).toBe(1);
    await ledger.deleteAllScans({ registrationId, instance: null });
    expect(await ledger.detects({ registrationId, types: null, limit: 1, afterId: 0 })).toMatchObject({
      lastId: 7,
    });
    expect(rpc.patterns.every((pattern) => pattern.startsWith('ledger.gateway.'))).toBe(true);
  });

  it('tells what was surely not sent from what is in doubt', async () => {
    const failing = fakeRpc(() => {
      throw new Error('time is up');
    });
    const request = { registrationId, instance: null };
    await expect(createRpcLedger(failing).deleteAllScans(request)).rejects.toMatchObject({ code: 'unknown' });
    await expect(
      createRpcLedger({ ...failing, isConnected: false }).deleteAllScans(request),
    ).rejects.toMatchObject({ code: 'unsent' });
  });

  describe('lets objects share files', () => {
    afterEach(() => void vi.useRealTimers());
    it('only while the last answer to an accept said so, and not for long after it', async () => {
      vi.useFakeTimers();
      let sharesFiles: boolean | undefined;
      const ledger = createRpcLedger(
        fakeRpc(() => ({
          outcomes: [{ outcome: 'not-accepted' }],
          ...(sharesFiles !== undefined && { sharesFiles }),
        })),
      );
      const said = async (says: boolean | undefined) => {
        sharesFiles = says;
        await ledger.accept({ scanId: null } as AcceptItem);
        return ledger.sharesFiles;
      };
      expect(ledger.sharesFiles).toBe(false);
      // `results` of the release before.
      expect(await said(undefined)).toBe(false);
      expect(await said(true)).toBe(true);
      vi.advanceTimersByTime(29_000);
      expect(ledger.sharesFiles).toBe(true);
      expect(await said(false)).toBe(false);
      expect(await said(true)).toBe(true);
      vi.advanceTimersByTime(31_000);
      expect(ledger.sharesFiles).toBe(false);
    });
  });
});
