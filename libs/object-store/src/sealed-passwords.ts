import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

const [nonceBytes, tagBytes] = [12, 16];
/** What is sealed is filled up to a multiple of this: its length says little about the passwords. */
const roomBytes = 512;

/** The most a sidecar can hold: 20 passwords of 256 bytes, each character escaped, and the seal. */
export const maxSealedBytes = 64 * 1024;

/**
 * Passwords a caller sent with an object, on their way to a scanner: AES-256-GCM under a key that gateways and scanners
 * alone have, bound to the object's key in the store. Anyone may see what is sealed and the mark.
 */
export class PasswordSeal {
  private readonly sealingKey: Buffer;
  private readonly markingKey: Buffer;

  /** `secret`: at least 32 characters no one can guess. */
  constructor(secret: string) {
    const derive = (use: string): Buffer =>
      Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), `sluice passwords ${use}`, 32));
    this.sealingKey = derive('seal');
    this.markingKey = derive('mark');
  }

  seal(objectKey: string, passwords: readonly string[]): Buffer {
    const text = Buffer.from(JSON.stringify(passwords), 'utf8');
    // JSON may end in blanks.
    const filled = Buffer.alloc(Math.ceil(text.length / roomBytes) * roomBytes, ' ');
    text.copy(filled);
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', this.sealingKey, nonce).setAAD(Buffer.from(objectKey));
    return Buffer.concat([nonce, cipher.update(filled), cipher.final(), cipher.getAuthTag()]);
  }

  /** Null: sealed under another key or for another object, or altered. */
  open(objectKey: string, sealed: Buffer): string[] | null {
    if (sealed.length < nonceBytes + tagBytes) return null;
    const nonce = sealed.subarray(0, nonceBytes);
    const decipher = createDecipheriv('aes-256-gcm', this.sealingKey, nonce, { authTagLength: tagBytes });
    decipher.setAAD(Buffer.from(objectKey)).setAuthTag(sealed.subarray(-tagBytes));
    try {
      const opened = [decipher.update(sealed.subarray(nonceBytes, -tagBytes)), decipher.final()];
      return JSON.parse(Buffer.concat(opened).toString('utf8')) as string[];
    } catch {
      return null;
    }
  }

  /** The same for the same passwords in any order; without the key it tells nothing about them. */
  mark(passwords: readonly string[]): string {
    const text = JSON.stringify([...new Set(passwords)].sort());
    return createHmac('sha256', this.markingKey).update(text).digest('hex').slice(0, 32);
  }
}
