import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  randomBytes,
  type KeyObject,
} from 'node:crypto';
import { SealedObjectError } from './sealed-object.errors.js';

/**
 * How kept objects lie in the store. Whoever seals has a public key and cannot open again what it sealed.
 *
 * | bytes       | header                                                                                     |
 * |-------------|--------------------------------------------------------------------------------------------|
 * | 4           | `SLQ` and the version, 1                                                                   |
 * | 8           | id of the key pair: the start of the SHA-256 of its public key                             |
 * | 4           | bytes of a chunk, all but the last have as many                                            |
 * | 32          | public half of a key pair made for this object alone                                       |
 * | 32 + 16     | the object's own key, AES-256-GCM under HKDF-SHA-256 of the X25519 secret (its nonce is 0: that key seals this alone) |
 * | 7           | start of every chunk's nonce                                                               |
 *
 * Then chunks, AES-256-GCM, each with its tag of 16. Nonce: the 7 bytes, the chunk's number in 4, 1 for the last chunk
 * and 0 for others: chunks that are missing, swapped, repeated or put behind the last do not open. Authenticated with
 * each: the header and the object's key in the store, so that one object's chunks are none of another's.
 */
const magic = Buffer.from('SLQ\x01', 'latin1');
const [idBytes, publicBytes, keyBytes, tagBytes, prefixBytes] = [8, 32, 32, 16, 7];
export const headerBytes = magic.length + idBytes + 4 + publicBytes + keyBytes + tagBytes + prefixBytes;
const at = {
  id: magic.length,
  chunk: magic.length + idBytes,
  ephemeral: magic.length + idBytes + 4,
  wrapped: magic.length + idBytes + 4 + publicBytes,
  prefix: headerBytes - prefixBytes,
};
const chunkBytes = 64 * 1024;
/** A header that wants more is none of ours: memory is not a stranger's to take. */
const largestChunkBytes = 1024 * 1024;
const algorithm = 'aes-256-gcm';

/** What a header says without any key. */
export interface SealedHeader {
  readonly bytes: Buffer;
  readonly keyId: string;
  readonly chunkBytes: number;
}

const rawPublic = (key: KeyObject): Buffer => Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url');

/** By which a key is named: 16 hexadecimal digits of its own public half, so that no name can be wrong. */
export const keyIdOf = (publicKey: KeyObject): string =>
  createHash('sha256')
    .update(rawPublic(publicKey))
    .digest('hex')
    .slice(0, 2 * idBytes);

/** The sealed form of `source`, piece by piece. */
export async function* sealObject(
  source: AsyncIterable<Buffer>,
  { objectKey, publicKey }: { readonly objectKey: string; readonly publicKey: KeyObject },
): AsyncGenerator<Buffer> {
  const dataKey = randomBytes(keyBytes);
  const header = makeHeader(dataKey, publicKey, objectKey);
  yield header.bytes;
  const encrypt = (chunk: Buffer, number: number, isLast: boolean): Buffer => {
    const cipher = createCipheriv(algorithm, dataKey, nonceOf(header, number, isLast));
    cipher.setAAD(boundTo(header, objectKey));
    return Buffer.concat([cipher.update(chunk), cipher.final(), cipher.getAuthTag()]);
  };
  for await (const { chunk, number, isLast } of cut(source, chunkBytes)) yield encrypt(chunk, number, isLast);
}

/**
 * What was sealed, piece by piece: no byte comes out that was not authenticated, and the end comes only behind the true
 * last chunk. `source` begins behind the header. Throws SealedObjectError.
 */
export async function* openSealed(
  source: AsyncIterable<Buffer>,
  { objectKey, header, dataKey }: { objectKey: string; header: SealedHeader; dataKey: Buffer },
): AsyncGenerator<Buffer> {
  for await (const { chunk, number, isLast } of cut(source, header.chunkBytes + tagBytes)) {
    const sealed = { key: dataKey, nonce: nonceOf(header, number, isLast), aad: boundTo(header, objectKey) };
    const plain = decrypt(chunk, sealed);
    if (plain === null) throw new SealedObjectError('altered', `chunk ${number} does not open`);
    if (plain.length > 0) yield plain;
  }
}

/** Throws SealedObjectError. */
export function readHeader(bytes: Buffer): SealedHeader {
  if (bytes.length < headerBytes || !bytes.subarray(0, magic.length).equals(magic))
    throw new SealedObjectError('altered', 'no header of a sealed object');
  const size = bytes.readUInt32BE(at.chunk);
  if (size < 1 || size > largestChunkBytes) throw new SealedObjectError('altered', `chunks of ${size} bytes`);
  return {
    bytes: bytes.subarray(0, headerBytes),
    keyId: bytes.toString('hex', at.id, at.id + idBytes),
    chunkBytes: size,
  };
}

/** The key of this one object; it opens nothing else. Throws SealedObjectError. */
export function dataKeyOf(header: SealedHeader, privateKey: KeyObject, objectKey: string): Buffer {
  const ephemeral = publicKeyOf(header.bytes.subarray(at.ephemeral, at.wrapped));
  const secret = secretOf(privateKey, ephemeral);
  const wrapping = wrappingKey(secret, { ephemeral, recipient: createPublicKey(privateKey), objectKey });
  const aad = header.bytes.subarray(0, at.wrapped);
  const key = decrypt(header.bytes.subarray(at.wrapped, at.prefix), {
    key: wrapping,
    nonce: Buffer.alloc(12),
    aad,
  });
  if (key === null) throw new SealedObjectError('altered', 'the sealed key does not open');
  return key;
}

function makeHeader(dataKey: Buffer, publicKey: KeyObject, objectKey: string): SealedHeader {
  const pair = generateKeyPairSync('x25519');
  const start = Buffer.alloc(at.wrapped);
  magic.copy(start);
  start.write(keyIdOf(publicKey), at.id, 'hex');
  start.writeUInt32BE(chunkBytes, at.chunk);
  rawPublic(pair.publicKey).copy(start, at.ephemeral);
  const secret = diffieHellman({ privateKey: pair.privateKey, publicKey });
  const wrapping = wrappingKey(secret, { ephemeral: pair.publicKey, recipient: publicKey, objectKey });
  const cipher = createCipheriv(algorithm, wrapping, Buffer.alloc(12)).setAAD(start);
  const wrapped = [cipher.update(dataKey), cipher.final(), cipher.getAuthTag()];
  return readHeader(Buffer.concat([start, ...wrapped, randomBytes(prefixBytes)]));
}

function secretOf(privateKey: KeyObject, publicKey: KeyObject): Buffer {
  try {
    return diffieHellman({ privateKey, publicKey });
  } catch {
    // A point of low order, which no one who sealed wrote.
    throw new SealedObjectError('altered', 'the sealed key is for no key pair');
  }
}

function wrappingKey(
  secret: Buffer,
  { ephemeral, recipient, objectKey }: { ephemeral: KeyObject; recipient: KeyObject; objectKey: string },
): Buffer {
  const salt = Buffer.concat([rawPublic(ephemeral), rawPublic(recipient)]);
  return Buffer.from(hkdfSync('sha256', secret, salt, `sluice quarantine 1 ${objectKey}`, keyBytes));
}

const publicKeyOf = (raw: Buffer): KeyObject =>
  createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x: raw.toString('base64url') }, format: 'jwk' });

function nonceOf({ bytes }: SealedHeader, number: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  bytes.copy(nonce, 0, at.prefix, headerBytes);
  nonce.writeUInt32BE(number, prefixBytes);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}

const boundTo = ({ bytes }: SealedHeader, objectKey: string): Buffer =>
  Buffer.concat([bytes, Buffer.from(objectKey)]);

function decrypt(
  sealed: Buffer,
  { key, nonce, aad }: { key: Buffer; nonce: Buffer; aad: Buffer },
): Buffer | null {
  if (sealed.length < tagBytes) return null;
  const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes });
  decipher.setAAD(aad).setAuthTag(sealed.subarray(-tagBytes));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, -tagBytes)), decipher.final()]);
  } catch {
    return null;
  }
}

interface Chunk {
  readonly chunk: Buffer;
  readonly number: number;
  readonly isLast: boolean;
}

/** Equal pieces; the last has what is left, nothing where there was nothing. */
async function* cut(source: AsyncIterable<Buffer>, size: number): AsyncGenerator<Chunk> {
  let [held, heldBytes, number] = [[] as Buffer[], 0, 0];
  for await (const piece of source) {
    held.push(piece);
    heldBytes += piece.length;
    if (heldBytes <= size) continue;
    let rest = Buffer.concat(held);
    // One that is full may still be the last: it waits for a byte behind it.
    for (; rest.length > size; rest = rest.subarray(size))
      yield { chunk: rest.subarray(0, size), number: number++, isLast: false };
    [held, heldBytes] = [[rest], rest.length];
  }
  yield { chunk: Buffer.concat(held), number, isLast: true };
}
