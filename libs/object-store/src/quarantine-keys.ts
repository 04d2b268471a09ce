import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { SealedObjectError } from './sealed-object.errors.js';
import { keyIdOf } from './sealed-object.js';

/** X25519 private keys, PKCS #8 PEM one behind the other; the first is the one that is sealed for now. */
const pemPattern = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/g;
const mostKeys = 1000;

/** One more key in front of those that were there, and what to seal with from now on. */
export function addQuarantineKey(privatePems = ''): {
  readonly privatePems: string;
  readonly publicPem: string;
  readonly keyId: string;
} {
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' });
  return { privatePems: `${pem}${privatePems}`, publicPem: pemOf(publicKey), keyId: keyIdOf(publicKey) };
}

/** What to seal with, of the keys of a file. Throws when it holds none. */
export function currentPublicPem(privatePems: string): string {
  const [first] = privateKeysOf(privatePems, 'the text');
  if (first === undefined) throw new Error('holds no X25519 private key');
  return pemOf(createPublicKey(first));
}

const pemOf = (publicKey: KeyObject): string => String(publicKey.export({ format: 'pem', type: 'spki' }));

/** What objects are sealed with now; read for each use, so that a new key needs no restart. Rejects when it is none. */
export async function readSealingKey(file: string): Promise<KeyObject> {
  const text = await readFile(file, 'utf8');
  // A private key would do as well, and has no business here.
  const key = /-----BEGIN PUBLIC KEY-----/.test(text) ? createPublicKey(text) : null;
  if (key?.asymmetricKeyType !== 'x25519')
    throw new Error(`${file} holds no X25519 public key: what it needs is a PEM that begins with PUBLIC KEY`);
  return key;
}

/** The private keys of a file, by id. The file is read again for an id that was not in it. */
export class QuarantineKeys {
  private keys: ReadonlyMap<string, KeyObject>;

  private constructor(
    private readonly file: string,
    keys: ReadonlyMap<string, KeyObject>,
  ) {
    this.keys = keys;
  }

  /** Read when a key is needed: until then it need not be there. */
  static of(file: string): QuarantineKeys {
    return new QuarantineKeys(file, new Map());
  }

  /** Rejects when there is no such file, or no key in it. */
  static async read(file: string): Promise<QuarantineKeys> {
    return new QuarantineKeys(file, await readKeys(file));
  }

  /** Rejects with SealedObjectError, `unknown-key`, which says what to do. */
  async find(keyId: string): Promise<KeyObject> {
    const known = this.keys.get(keyId);
    if (known !== undefined) return known;
    try {
      this.keys = await readKeys(this.file);
    } catch (error) {
      throw unknownKey(keyId, `${this.file} cannot be read (${(error as Error).message})`);
    }
    const found = this.keys.get(keyId);
    if (found === undefined) throw unknownKey(keyId, `it is not in ${this.file}`);
    return found;
  }
}

const unknownKey = (keyId: string, why: string): SealedObjectError =>
  new SealedObjectError(
    'unknown-key',
    `sealed for key ${keyId}, and ${why}: put that key back there, behind the others; nothing has to be restarted`,
  );

async function readKeys(file: string): Promise<ReadonlyMap<string, KeyObject>> {
  const keys = privateKeysOf(await readFile(file, 'utf8'), file);
  if (keys.length === 0)
    throw new Error(`${file} holds no X25519 private key: it has to be PEM, one key behind the other`);
  return new Map(keys.map((key) => [keyIdOf(createPublicKey(key)), key]));
}

function privateKeysOf(text: string, file: string): KeyObject[] {
  const keys = (text.match(pemPattern) ?? []).slice(0, mostKeys).map((pem) => createPrivateKey(pem));
  if (keys.some((key) => key.asymmetricKeyType !== 'x25519'))
    throw new Error(`${file} holds a private key that is none of X25519`);
  return keys;
}
