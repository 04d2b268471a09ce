import { describe, expect, it } from 'vitest';
import { conflict, unavailable } from '../../api/api.errors.js';
import { RescanKeptService } from './rescan-kept.service.js';

/** A ledger with these due, each once, and a store that answers so. */
function serviceOf(keys: readonly string[], dataKeyOfObject: (key: string) => Promise<string | undefined>) {
  const asked: unknown[] = [];
  const rounds = [keys.map((object_key) => ({ wave: 3, object_key })), []];
  const query = () => Promise.resolve({ rows: rounds.shift() ?? [], rowCount: 0 });
  const ask = (_: unknown, request: unknown) => {
    asked.push(request);
    return Promise.resolve({ outcome: 'done' });
  };
  const service = new RescanKeptService({ query } as never, { ask } as never, { dataKeyOfObject } as never);
  return { service, asked };
}

describe('what asks for kept objects to be scanned again', () => {
  it('sends the key of each sealed object along, and of no other', async () => {
    const { service, asked } = serviceOf(['sealed', 'plain'], (key) =>
      Promise.resolve(key === 'sealed' ? 'its key' : undefined),
    );
    await service.run();
    expect(asked).toEqual([
      { objectKey: 'sealed', wave: 3, dataKey: 'its key' },
      { objectKey: 'plain', wave: 3 },
    ]);
  });

  it('has one passed over that can never be opened here', async () => {
    const { service, asked } = serviceOf(['altered'], () => Promise.reject(conflict('altered')));
    await service.run();
    expect(asked).toEqual([{ objectKey: 'altered', wave: 3 }]);
  });

  it('waits while keys or store are away: nothing is passed over for that', async () => {
    const { service, asked } = serviceOf(['one'], () => Promise.reject(unavailable('away')));
    await expect(service.run()).rejects.toMatchObject({ status: 503 });
    expect(asked).toEqual([]);
  });
});
