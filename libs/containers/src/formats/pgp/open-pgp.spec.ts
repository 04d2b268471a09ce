import { deflateRawSync, deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { mutate, randomFrom } from '../../testing/mutate.js';
import { openAll } from '../../testing/open-all.js';
import { pgpDetection } from './detect-pgp.js';
import { openPgp } from './open-pgp.js';

const needle = Buffer.from('a needle in a haystack');
const packet = (tag: number, body: Buffer): Buffer =>
  Buffer.concat([Buffer.from([0xc0 | tag, 255, 0, 0, body.length >> 8, body.length & 0xff]), body]);
const literal = packet(11, Buffer.concat([Buffer.from('b\x04name\0\0\0\0'), needle]));
const armored = (message: Buffer): Buffer =>
  Buffer.from(
    `\n-----BEGIN PGP MESSAGE-----\nVersion: 1\n\n${message.toString('base64')}\n=abcd\n-----END PGP MESSAGE-----\n`,
  );
const compressed = (method: number, packed: Buffer): Buffer =>
  packet(8, Buffer.concat([Buffer.from([method]), packed]));

const deflated = deflateSync(literal);

/** Version 3, a key's number, RSA, then what it encrypted. */
const rsaKeyPacket = Buffer.concat([
  Buffer.from([0x85, 1, 0x0c, 3, 1, 2, 3, 4, 5, 6, 7, 8, 1]),
  Buffer.alloc(258, 7),
]);

describe('openPgp', () => {
  it.each([
    ['signed', armored(Buffer.concat([packet(4, Buffer.alloc(13)), literal, packet(2, Buffer.alloc(20))]))],
    ['compressed', armored(compressed(1, deflateRawSync(literal)))],
    ['compressed with zlib', armored(compressed(2, deflateSync(literal)))],
    ['armored with bare CRs', Buffer.from(armored(literal).toString().replaceAll('\n', '\r'))],
    ['armored with blanks', Buffer.from(armored(literal).toString().replaceAll('\n', ' \t\n'))],
    [
      'in two pieces',
      armored(
        Buffer.concat([
          Buffer.from([0xcb, 0xe4]),
          literal.subarray(6, 22),
          Buffer.from([literal.length - 22]),
          literal.subarray(22),
        ]),
      ),
    ],
  ])('gives what is only %s', async (_, message) => {
    expect(pgpDetection.detect(message)?.isCertain).toBe(true);
    const { parts, unexamined } = await openAll(openPgp, message);
    expect(parts.map((part) => [part.label, part.bytes.toString()])).toEqual([['name', needle.toString()]]);
    expect(unexamined).toEqual([]);
  });

  const kindOf = (kind: string, name: string): Buffer =>
    packet(
      11,
      Buffer.concat([Buffer.from(`${kind}${String.fromCharCode(name.length)}${name}\0\0\0\0`), needle]),
    );
  it.each([
    ['a broken signature', Buffer.concat([packet(2, Buffer.from('none')), literal])],
    ['a comment', Buffer.concat([packet(61, Buffer.from('hello')), literal])],
    [
      'forty markers',
      Buffer.concat([...Array.from({ length: 40 }, () => packet(10, Buffer.from('PGP'))), literal]),
    ],
    ['no compression', compressed(0, literal)],
    ['a small window', compressed(2, deflateSync(literal, { windowBits: 9 }))],
    ['a kind that no one knows', kindOf('x', 'name')],
    ['a name of control characters', kindOf('b', '\x01\x02')],
  ])('gives what stands without armor behind %s', async (_, message) => {
    expect(pgpDetection.detect(message)).toMatchObject({ isCertain: false });
    const { parts, unexamined } = await openAll(openPgp, message);
    expect(parts.map((part) => part.bytes.toString())).toEqual([needle.toString()]);
    expect(unexamined).toEqual([]);
  });

  const png = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  const jpeg = Buffer.from('\xff\xd8\xff\xe0', 'latin1');
  const ole = Buffer.from('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 'latin1');
  /** As long as the packet that its first bytes are. */
  const [pngBytes, jpegBytes, oleBytes] = [3 + 0x504e, 3 + 6591, 3 + 4049];
  const filled = (head: Buffer, length: number): Buffer =>
    Buffer.concat([head, Buffer.alloc(length - head.length)]);
  it.each([
    ['PNG', png, pngBytes],
    ['JPEG', jpeg, jpegBytes],
    ['an OLE file', ole, oleBytes],
  ])('sees none in what only begins like packets: %s', (_, head, length) => {
    const random = randomFrom(7);
    const noise = (): Buffer => Buffer.from(Array.from({ length: 64 }, () => Math.floor(random() * 256)));
    for (const next of [0xa0, 0xa1, 0xa3, 0xc8])
      for (let count = 0; count < 100; count += 1) {
        const behind = Buffer.concat([Buffer.of(next, 20, 1), noise()]);
        expect(pgpDetection.detect(Buffer.concat([filled(head, length), behind]))).toBeNull();
        expect(pgpDetection.detect(Buffer.concat([filled(Buffer.of(0xff, 20), 22), behind]))).toBeNull();
      }
    const open = Buffer.concat([Buffer.of(0xaf), noise()]);
    expect(pgpDetection.detect(Buffer.concat([filled(head, length), open]))).toBeNull();
    expect(pgpDetection.detect(Buffer.concat([filled(Buffer.of(0xff, 20), 22), open]))).toBeNull();
    for (const last of [0x8b, 0xa3]) {
      const both = Buffer.concat([Buffer.of(0xac, 20), Buffer.alloc(20), Buffer.of(last), noise()]);
      expect(pgpDetection.detect(Buffer.concat([filled(head, length), both]))).toBeNull();
    }
    const cut = Buffer.concat([Buffer.of(0xae, 0x10, 0, 0, 0), literal.subarray(6)]);
    expect(pgpDetection.detect(Buffer.concat([filled(head, length), cut]))).toBeNull();
  });

  it.each([
    ['literal', literal],
    ['literal to the end', Buffer.concat([Buffer.of(0xaf), literal.subarray(6)])],
    ['literal, of local data', Buffer.concat([Buffer.from('\xafl\x04name\0\0\0\0', 'latin1'), needle])],
    ['compressed', compressed(1, deflateRawSync(literal))],
    ['compressed with zlib', compressed(2, deflateSync(literal))],
  ])('gives what stands behind a packet that looks like a picture: %s', async (_, message) => {
    for (const [head, length] of [
      [png, pngBytes] as const,
      [jpeg, jpegBytes] as const,
      [Buffer.of(0xff, 20), 22] as const,
    ]) {
      const bytes = Buffer.concat([filled(head, length), message]);
      expect(pgpDetection.detect(bytes)).toMatchObject({ isCertain: false });
      expect((await openAll(openPgp, bytes)).parts.map((part) => part.bytes)).toEqual([needle]);
    }
  });

  it('looks at no end of packets in front, and leaves what follows to the opening', async () => {
    const bytes = Buffer.concat([Buffer.alloc(30_000, Buffer.of(0xff, 0)), literal]);
    expect(pgpDetection.detect(bytes)).not.toBeNull();
    expect((await openAll(openPgp, bytes)).parts.map((part) => part.bytes)).toEqual([needle]);
  });

  it.each([
    ['text', Buffer.from('Это текст, и больше ничего. '.repeat(50))],
    ['text in one byte a character', Buffer.from('c2e5f1ed'.repeat(200), 'hex')],
    ['one of a kind that no one knows, cut off', kindOf('x', 'name').subarray(0, -3)],
    ['the same with more behind it', Buffer.concat([kindOf('x', 'name'), Buffer.from('and more')])],
  ])('sees none in %s', (_, bytes) => expect(pgpDetection.detect(bytes)).toBeNull());

  it.each([
    ['for a key', armored(packet(1, Buffer.alloc(30)))],
    ['with a password', armored(packet(3, Buffer.alloc(30)))],
    ['unreadably', armored(Buffer.from('nothing of the kind'))],
    ['without armor', Buffer.concat([rsaKeyPacket, Buffer.from([0xd2, 64, 1]), Buffer.alloc(63, 7)])],
  ])('says encrypted of what is encrypted %s', async (_, message) => {
    expect(pgpDetection.detect(message)?.isCertain).toBe(true);
    expect((await openAll(openPgp, message)).unexamined).toMatchObject([{ reason: 'encrypted' }]);
  });

  it.each(['PUBLIC KEY BLOCK', 'SIGNATURE'])(
    'holds nothing against what is armored as a %s',
    async (kind) => {
      const key = Buffer.from(`-----BEGIN PGP ${kind}-----\n\nabcd\n-----END PGP ${kind}-----\n`);
      expect(pgpDetection.detect(key)?.isCertain).toBe(false);
      const { parts, unexamined } = await openAll(openPgp, key);
      expect([parts, unexamined.filter(({ isAtOpening }) => isAtOpening !== true)]).toEqual([[], []]);
      const message = Buffer.from(armored(literal).toString().replaceAll('PGP MESSAGE', `PGP ${kind}`));
      expect((await openAll(openPgp, message)).parts.map(({ bytes }) => bytes)).toEqual([needle]);
    },
  );

  it('leaves clear-signed text alone', () =>
    expect(pgpDetection.detect(Buffer.from('-----BEGIN PGP SIGNED MESSAGE-----\n\nabcd\n'))).toBeNull());

  it.each([
    ['in the new format', Buffer.concat([Buffer.from([0xc8, deflated.length + 1, 2]), deflated])],
    ['behind a marker', Buffer.concat([Buffer.from([0xca, 3]), Buffer.from('PGP'), literal])],
    [
      'behind what announces its signature',
      Buffer.concat([Buffer.from([0x90, 13, 3]), Buffer.alloc(12), literal]),
    ],
  ])('knows an open message without armor %s', async (_, message) => {
    expect(pgpDetection.detect(message)).toMatchObject({ isCertain: false });
    expect((await openAll(openPgp, message)).parts.map(({ bytes }) => bytes)).toEqual([needle]);
  });

  it('says what it cannot decompress or what is cut, and throws nothing but a reached bound', async () => {
    expect((await openAll(openPgp, compressed(3, needle))).unexamined).toMatchObject([
      { reason: 'unsupported' },
    ]);
    expect((await openAll(openPgp, literal.subarray(0, 20))).unexamined).toMatchObject([
      { reason: 'damaged' },
    ]);
    const bomb = compressed(2, deflateSync(Buffer.alloc(1_000_000)));
    expect((await openAll(openPgp, bomb, { limits: { maxPartBytes: 1000 } })).limit).toBe('maxPartBytes');
    const random = randomFrom(4);
    const seeds = [literal, compressed(2, deflateSync(literal)), armored(literal)];
    for (const seed of seeds)
      for (let count = 0; count < 200; count += 1) await openAll(openPgp, mutate(seed, random));
  });
});
