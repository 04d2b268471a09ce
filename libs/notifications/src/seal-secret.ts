import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  randomBytes,
  type KeyObject,
} from 'node:crypto';

/**
 * Passwords and keys of channels are sealed for the notifier: whoever saves them (`console`) has its public key only and
 * cannot open them again, nor can a copy of the database. X25519 with a key pair per secret, HKDF-SHA-256, AES-256-GCM.
 * `context` (channel and name of the secret) is bound to it: a sealed secret moved to another channel doesn't open.
 */
export interface SealingKeyPair {
  /** PKCS #8 PEM. */
  readonly privateKeyPem: string;
  /** SPKI, base64. */
  readonly publicKey: string;
}

const version = 's1';
const tagBytes = 16;
const nonceBytes = 12;

export function createSealingKeyPair(): SealingKeyPair {
  const { privateKey } = generateKeyPairSync('x25519');
  const privateKeyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { privateKeyPem, publicKey: publicSealingKey(privateKeyPem) };
}

/** Throws when the PEM is no X25519 private key. */
export function publicSealingKey(privateKeyPem: string): string {
  const key = createPrivateKey(privateKeyPem);
  if (key.asymmetricKeyType !== 'x25519') throw new TypeError('the sealing key has to be an X25519 key');
  return spki(createPublicKey(key)).toString('base64');
}

export function sealSecret(publicKey: string, context: string, secret: string): string {
  const receiver = readPublic(Buffer.from(publicKey, 'base64'));
  const own = generateKeyPairSync('x25519');
  const ownPublic = spki(own.publicKey);
  const key = keyFrom(diffieHellman({ privateKey: own.privateKey, publicKey: receiver }), [
    ownPublic,
    spki(receiver),
  ]);
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context, 'utf8'));
  const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return [version, ...[ownPublic, nonce, sealed].map((part) => part.toString('base64url'))].join('.');
}

/** Null: sealed for another key or another context, or altered. */
export function openSecret(privateKeyPem: string, context: string, sealed: string): string | null {
  const [sealedVersion, ...parts] = sealed.split('.');
  const [sender, nonce, body] = parts.map((part) => Buffer.from(part, 'base64url'));
  if (sealedVersion !== version || sender === undefined || nonce === undefined || body === undefined)
    return null;
  try {
    const privateKey = createPrivateKey(privateKeyPem);
    const agreed = diffieHellman({ privateKey, publicKey: readPublic(sender) });
    const key = keyFrom(agreed, [sender, spki(createPublicKey(privateKey))]);
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
    decipher.setAAD(Buffer.from(context, 'utf8')).setAuthTag(body.subarray(-tagBytes));
    return Buffer.concat([decipher.update(body.subarray(0, -tagBytes)), decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}

/** What a channel's secret is bound to. */
export const secretContext = (channelId: string, name: string): string => `channel ${channelId} ${name}`;

const spki = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' });
const readPublic = (der: Buffer): KeyObject => createPublicKey({ key: der, format: 'der', type: 'spki' });

function keyFrom(agreed: Buffer, publicKeys: readonly Buffer[]): Buffer {
  return Buffer.from(hkdfSync('sha256', agreed, Buffer.concat(publicKeys), 'sluice channel secret', 32));
}
