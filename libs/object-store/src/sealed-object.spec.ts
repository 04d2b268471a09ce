import { describe, expect, it } from 'vitest';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { dataKeyOf, headerBytes, keyIdOf, openSealed, readHeader, sealObject } from './sealed-object.js';

const [objectKey, otherKey] = ['a'.repeat(32), 'b'.repeat(32)];
const { publicKey, privateKey } = generateKeyPairSync('x25519');
const chunk = 64 * 1024;
const sealedChunk = chunk + 16;

async function* inPieces(bytes: Buffer, size = 1000): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
async function collect(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}
const content = (size: number): Buffer => Buffer.alloc(size, 'the content of a mail ');
const seal = (bytes: Buffer, key = objectKey): Promise<Buffer> =>
  collect(sealObject(inPieces(bytes), { objectKey: key, publicKey }));
async function unseal(
  sealed: Buffer,
  { key = objectKey, by = privateKey, size = 70_000 } = {},
): Promise<Buffer> {
  const header = readHeader(sealed);
  const dataKey = dataKeyOf(header, by, key);
  return collect(
    openSealed(inPieces(sealed.subarray(headerBytes), size), { objectKey: key, header, dataKey }),
  );
}
const altered = { name: 'SealedObjectError', code: 'altered' };
const chunksOf = (sealed: Buffer): Buffer[] => {
  const found = [];
  for (let at = headerBytes; at < sealed.length; at += sealedChunk)
    found.push(sealed.subarray(at, at + sealedChunk));
  return found;
};

describe('a sealed object', () => {
  it.each([0, 1, chunk - 1, chunk, chunk + 1, 3 * chunk, 3 * chunk + 5])(
    'of %d bytes opens with the private key, in pieces of any size, and shows nothing of itself',
    async (size) => {
      const sealed = await seal(content(size));
      expect(sealed.includes('the content')).toBe(false);
      for (const pieces of [700, sealedChunk, 10 * chunk])
        expect((await unseal(sealed, { size: pieces })).equals(content(size))).toBe(true);
    },
  );

  it('names its key, and never looks the same twice', async () => {
    const [one, two] = [await seal(content(10)), await seal(content(10))];
    expect(readHeader(one).keyId).toBe(keyIdOf(createPublicKey(privateKey)));
    expect(one.equals(two)).toBe(false);
    expect(one.subarray(16, headerBytes).equals(two.subarray(16, headerBytes))).toBe(false);
  });

  it('opens as no other object, and with no other key', async () => {
    const sealed = await seal(content(10));
    await expect(unseal(sealed, { key: otherKey })).rejects.toMatchObject(altered);
    await expect(unseal(sealed, { by: generateKeyPairSync('x25519').privateKey })).rejects.toMatchObject(
      altered,
    );
    // Even for who has the data key: a chunk is bound to the object it is of.
    const header = readHeader(sealed);
    const dataKey = dataKeyOf(header, privateKey, objectKey);
    const moved = openSealed(inPieces(sealed.subarray(headerBytes)), {
      objectKey: otherKey,
      header,
      dataKey,
    });
    await expect(collect(moved)).rejects.toMatchObject(altered);
  });

  it('does not open with a single bit of its header changed', async () => {
    const sealed = await seal(content(10));
    for (let at = 0; at < headerBytes; at += 1) {
      const changed = Buffer.from(sealed);
      changed[at] = changed[at]! ^ 1;
      await expect(unseal(changed)).rejects.toMatchObject(altered);
    }
  });

  it('does not open with a bit of a chunk or a tag changed', async () => {
    const sealed = await seal(content(3 * chunk));
    for (const at of [headerBytes, headerBytes + chunk, sealed.length - 1, headerBytes + sealedChunk + 7]) {
      const changed = Buffer.from(sealed);
      changed[at] = changed[at]! ^ 0x80;
      await expect(unseal(changed)).rejects.toMatchObject(altered);
    }
  });

  it.each([0, 10, chunk, 2 * chunk, 3 * chunk + 5])(
    'of %d bytes does not open when it is cut anywhere: in a chunk, behind one, in its header',
    async (size) => {
      const sealed = await seal(content(size));
      const ends = [0, 3, headerBytes - 1, headerBytes, sealed.length - 1, sealed.length - 16];
      const behindChunks = chunksOf(sealed).map((_, n) => headerBytes + n * sealedChunk);
      for (const end of [...ends, ...behindChunks])
        await expect(unseal(sealed.subarray(0, end))).rejects.toMatchObject(altered);
    },
  );

  it('does not open with chunks in another order, one twice, one left out, or something behind the last', async () => {
    const sealed = await seal(content(4 * chunk));
    const [header, [a, b, c, d]] = [sealed.subarray(0, headerBytes), chunksOf(sealed) as Buffer[]];
    const orders = [
      [b, a, c, d],
      [a, a, b, c, d],
      [a, b, d],
      [d],
      [a, b, c, d, d],
      [a, b, c, d, Buffer.from('x')],
    ] as Buffer[][];
    for (const order of orders)
      await expect(unseal(Buffer.concat([header, ...order]))).rejects.toMatchObject(altered);
  });

  it('does not open with the chunks of another object sealed for the same key', async () => {
    const [one, two] = [await seal(content(chunk + 1)), await seal(content(chunk + 1))];
    const mixed = Buffer.concat([
      one.subarray(0, headerBytes + sealedChunk),
      two.subarray(headerBytes + sealedChunk),
    ]);
    await expect(unseal(mixed)).rejects.toMatchObject(altered);
  });

  it('that wants more memory than any of ours is refused', () => {
    const header = Buffer.alloc(headerBytes);
    header.write('SLQ\x01', 'latin1');
    header.writeUInt32BE(0x7fffffff, 12);
    expect(() => readHeader(header)).toThrow('chunks of');
  });
});
