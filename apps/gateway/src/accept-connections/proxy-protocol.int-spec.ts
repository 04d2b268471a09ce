import { connect as connectPlain } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../testing/raw-client.js';
import { newCaller, TestGateway } from '../testing/start-test-gateway.js';

let test: TestGateway;
afterEach(() => test.stop());

const signature = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');
const header = (command: number, family: number, body: Buffer): Buffer => {
  const fixed = Buffer.from([command, family, 0, 0]);
  fixed.writeUInt16BE(body.length, 2);
  return Buffer.concat([signature, fixed, body]);
};
const ipv4 = header(0x21, 0x11, Buffer.from([203, 0, 113, 7, 10, 0, 0, 1, 0xc0, 0, 0x01, 0xbb]));
const ipv6Source = Buffer.from('20010db8000000000000000000000042', 'hex');
const ipv6 = header(0x21, 0x21, Buffer.concat([ipv6Source, Buffer.alloc(20), Buffer.from([3, 0, 2, 1, 2])]));
const local = header(0x20, 0x00, Buffer.alloc(0));

const closed = (socket: Socket): Promise<unknown> =>
  new Promise((resolve) =>
    socket
      .on('error', () => undefined)
      .on('close', resolve)
      .resume(),
  );

/** Says `preface` in pieces before TLS, then asks; the address the gateway saw. */
async function addressSeen(pieces: readonly Buffer[]): Promise<string | undefined> {
  const caller = await newCaller(test.folder, `caller ${test.sightings.length}`);
  const socket = connectPlain(test.port, '127.0.0.1').setNoDelay(true);
  for (const piece of pieces)
    await new Promise((resolve) => socket.write(piece, () => setImmediate(resolve)));
  const tls = connectTls({ socket, rejectUnauthorized: false, cert: caller.certPem, key: caller.keyPem });
  tls.write('GET /kata/scanner/v1/sensors/kata/scans/filters HTTP/1.1\r\nHost: x\r\n\r\n');
  await eventually(() => test.sightings.some(({ fingerprint }) => fingerprint === caller.fingerprint));
  tls.destroy();
  return test.sightings.find(({ fingerprint }) => fingerprint === caller.fingerprint)?.address;
}

describe('PROXY protocol version 2 from a configured balancer', () => {
  it('tells the address of the caller', async () => {
    test = await TestGateway.start({ proxyFrom: ['127.0.0.0/8'] });
    expect(await addressSeen([ipv4])).toBe('203.0.113.7');
    expect(await addressSeen([ipv6])).toBe('2001:db8::42');
    expect(await addressSeen([...ipv4].map((byte) => Buffer.from([byte])))).toBe('203.0.113.7');
    expect(await addressSeen([local])).toBe('127.0.0.1');
    await eventually(() => test.gateway.server.connections === 0);
  });

  it('is required: without it, or with another one, the connection ends', async () => {
    test = await TestGateway.start({ proxyFrom: ['127.0.0.1'], limits: { proxyHeaderTimeoutMs: 200 } });
    const refused = [
      'PROXY TCP4 203.0.113.7 10.0.0.1 1 2\r\n',
      Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00]),
      header(0x21, 0x11, Buffer.alloc(4)),
      header(0x22, 0x11, Buffer.alloc(12)),
      header(0x21, 0x11, Buffer.alloc(4000)),
      ipv4.subarray(0, 14),
      '',
    ];
    for (const bytes of refused) {
      const socket = connectPlain(test.port, '127.0.0.1');
      socket.write(bytes);
      await closed(socket);
    }
  });

  it('is never read from others: there it is no TLS', async () => {
    test = await TestGateway.start({ proxyFrom: ['192.0.2.0/24'] });
    const socket = connectPlain(test.port, '127.0.0.1');
    socket.write(ipv4);
    await closed(socket);
    expect(await addressSeen([])).toBe('127.0.0.1');
  });

  it('leaves time-outs and orderly stops as they are', async () => {
    test = await TestGateway.start({
      proxyFrom: ['127.0.0.1'],
      limits: { headersTimeoutMs: 100, timeoutCheckMs: 50 },
    });
    const socket = connectPlain(test.port, '127.0.0.1');
    socket.write(ipv4);
    const tls = connectTls({ socket, rejectUnauthorized: false });
    await closed(tls);
  });
});
