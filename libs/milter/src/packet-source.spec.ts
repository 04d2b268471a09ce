import { afterEach, describe, expect, it } from 'vitest';
import { until } from '@sluice/timing';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { encodePacket } from './packet-decoder.js';
import { PacketSource } from './packet-source.js';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0).reverse()) end();
});

/** What an MTA writes to, and what the filter reads from. */
async function socketPair(): Promise<{ readonly mta: Socket; readonly filter: Socket }> {
  const server = createServer().listen(0, '127.0.0.1');
  ends.push(() => server.close());
  await once(server, 'listening');
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const mta = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [filter] = await accepted;
  ends.push(
    () => mta.destroy(),
    () => filter.destroy(),
  );
  return { mta, filter };
}

describe('PacketSource', () => {
  it.each([
    ['without data', encodePacket('T'), 4000],
    ['of 64 KiB', encodePacket('B', Buffer.alloc(65_000)), 8],
  ])(
    'pauses its socket when packets %s wait, and reads on as they are taken',
    async (_what, packet, count) => {
      const { mta, filter } = await socketPair();
      const source = new PacketSource(filter, 100_000);
      mta.write(Buffer.concat(Array.from({ length: count }, () => packet)));
      await until(() => filter.isPaused());
      for (let taken = 0; taken < count; taken += 1) expect(await source.next(30_000)).not.toBeNull();
      expect(filter.isPaused()).toBe(false);
    },
  );
});
