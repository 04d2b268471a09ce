import { describe, expect, it } from 'vitest';
import {
  createSealingKeyPair,
  openSecret,
  publicSealingKey,
  sealSecret,
  secretContext,
} from './seal-secret.js';

const pair = createSealingKeyPair();
const context = secretContext('c1', 'password');

describe('sealSecret', () => {
  it('is opened with the private key and the same context, and by nothing else', () => {
    const sealed = sealSecret(pair.publicKey, context, 'pässword');
    expect(openSecret(pair.privateKeyPem, context, sealed)).toBe('pässword');
    expect(openSecret(pair.privateKeyPem, secretContext('c2', 'password'), sealed)).toBeNull();
    expect(openSecret(createSealingKeyPair().privateKeyPem, context, sealed)).toBeNull();
  });

  it('shows when it was altered', () => {
    const sealed = sealSecret(pair.publicKey, context, 'secret');
    const parts = sealed.split('.');
    const flip = (text: string) => (text.startsWith('A') ? `B${text.slice(1)}` : `A${text.slice(1)}`);
    for (const index of [0, 1, 2, 3])
      expect(
        openSecret(
          pair.privateKeyPem,
          context,
          parts.map((one, n) => (n === index ? flip(one) : one)).join('.'),
        ),
      ).toBeNull();
    for (const broken of ['', 's1', 's1.a.b.c', `${sealed}.x`.slice(0, 40)])
      expect(openSecret(pair.privateKeyPem, context, broken)).toBeNull();
  });

  it('never looks the same twice and does not hold the secret', () => {
    const [one, two] = [
      sealSecret(pair.publicKey, context, 'secret'),
      sealSecret(pair.publicKey, context, 'secret'),
    ];
    expect(one).not.toBe(two);
    expect(one).not.toContain(Buffer.from('secret').toString('base64url'));
  });

  it('finds the public key of a private one, and refuses keys of another kind', () => {
    expect(publicSealingKey(pair.privateKeyPem)).toBe(pair.publicKey);
    expect(() => publicSealingKey('x')).toThrow();
  });
});
