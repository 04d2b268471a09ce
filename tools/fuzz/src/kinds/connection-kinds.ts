import fc from 'fast-check';
import type { AttackDraft } from '../attack.js';
import { bytes } from '../attack.js';

type Kind = fc.Arbitrary<AttackDraft>;

const clientHelloStart = Buffer.from('1603010200010001fc0303', 'hex');

/** Bytes where a TLS handshake belongs. */
const noTls: Kind = fc
  .oneof(
    fc.uint8Array({ minLength: 1, maxLength: 400 }).map((random) => Buffer.from(random)),
    fc
      .uint8Array({ minLength: 1, maxLength: 400 })
      .map((random) => Buffer.concat([clientHelloStart, Buffer.from(random)])),
    fc.constantFrom(
      bytes('GET / HTTP/1.1\r\nHost: x\r\n\r\n'),
      bytes('PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n'),
      Buffer.concat([
        Buffer.from('0d0a0d0a000d0a515549540a2111000c0a0000010a00000200010002', 'hex'),
        clientHelloStart,
      ]),
      Buffer.from('1503010002022f', 'hex'),
      Buffer.from('160301ffff'.padEnd(2000, '0'), 'hex'),
      Buffer.from('80460103010015', 'hex'),
      Buffer.alloc(70_000, 0x16),
      bytes('SSH-2.0-OpenSSH_9.9\r\n'),
    ),
  )
  .map((garbage) => ({ pieces: [garbage], caller: 'no-tls', isRefused: true }));

export const connectionKinds: Readonly<Record<string, Kind>> = { 'bytes that are no TLS': noTls };
