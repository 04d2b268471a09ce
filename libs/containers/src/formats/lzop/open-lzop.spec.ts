import { describe, expect, it } from 'vitest';
import { mutate, randomFrom } from '../../testing/mutate.js';
import { openAll } from '../../testing/open-all.js';
import { openLzop } from './open-lzop.js';

/** Made once with lzop. */
const text = `a needle in a haystack; ${Array.from({ length: 60 }, (_, i) => `hay ${i} and straw ${i * i}`).join(' ')}`;
const samples = {
  text: {
    content: text,
    packed:
      'iUxaTwANChoKEEAgoAlAAwkDAAABAACBpGsHqkUAAAAAAWU5qwRWAAAFBwAAAciPhoIGKGEgbmVlZGxlIGluIGEgaGF5c3RhY2s7ZgEgMAcEbmQgAwRyYXdMAWUCMSlFADGFAjIpRQA0hQIzKUUAOYUCNCrVADaJAjUpSgAyNYkCNilJADO1BDcqcAGtCTgpSQA2oQ45KUkAOLUSMSrqAjEw0Bcr9QIyxAUqAgMxNKYKMTMrxAKlDzErGQM5pRQxKyADxhkxNit0A8QFKjIDMjjMCio6AzMy1Q85KyQE3CwqRQM0xRoyKkYDNDTEBStJBjitCjIqRgM1MrUPMipGAzU3vRQyKkUDNsUaMipFAzbkBSpFAzfsCipFAzf0DyuIBt0UMypFAznFGjMqRQM5zR8zK40GMNkkMyuRBjDFKjMrlQYx0i8zNSvoB9YaMzYrVADJOjMqWgMxM9Y/MzgsnAjMECpiAzE1zUo0K/UJNskbNCv5CTbFVTQrbQM3yVo0K20DOM1fNCwECtFkNCsJCjDNGzQrDQox2W40KxIKMjDcCipvAzIzMMwQKm8DMjQwvhU1MCtsC80bNSpuAzI27AUqbgMyN94KNTMrIAzNEDUqbgMyOfiEKm0DM+0bNSupEDHeIDU3LCwN3AorhQ0z3Ss1K4sNNDgxEQAAAAAAAA==',
  },
  repeated: {
    content: 'ab'.repeat(3000),
    packed:
      'iUxaTwANChoKEEAgoAlAAgEDAAABAACBpGsHqkUAAAAAAWU4/wRNAAAXcAAAADTWk+2hA2FiYWJhYiAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAFIUAAthYmFiYWJhYmFiYWJhYhEAAAAAAAA=',
  },
  stored: {
    content: 'short',
    packed: 'iUxaTwANChoKEEAgoAlAAgEDAAABAACBpGsHqkUAAAAAAWU4/wRNAAAABQAAAAUGiQIxc2hvcnQAAAAA',
  },
} as const;

describe('openLzop', () => {
  it.each(Object.entries(samples))('gives what lzop packed: %s', async (_name, sample) => {
    const { parts, unexamined } = await openAll(openLzop, Buffer.from(sample.packed, 'base64'));
    expect(parts.map((part) => part.bytes.toString('latin1'))).toEqual([sample.content]);
    expect(parts.map((part) => part.label)).toEqual(['e']);
    expect(unexamined).toEqual([]);
  });

  it('opens several one behind the other, and gives what stands behind them', async () => {
    const [one, two] = Object.values(samples).map(({ packed }) => Buffer.from(packed, 'base64'));
    const behind = Buffer.from('something else that is long enough');
    const { parts } = await openAll(openLzop, Buffer.concat([one!, two!, behind]));
    expect(parts).toHaveLength(3);
    expect(parts[2]?.bytes.equals(behind)).toBe(true);
  });

  it('says damaged wherever it is cut', async () => {
    const whole = Buffer.from(samples.text.packed, 'base64');
    for (let length = 12; length < whole.length; length += 1) {
      const { unexamined } = await openAll(openLzop, whole.subarray(0, length));
      expect(unexamined.map(({ reason }) => reason)).toEqual(['damaged']);
    }
  });

  it('bounds what comes out, and throws on nothing', async () => {
    const whole = Buffer.from(samples.repeated.packed, 'base64');
    expect((await openAll(openLzop, whole, { limits: { maxPartBytes: 1000 } })).limit).toBe('maxPartBytes');
    const random = randomFrom(7);
    for (let count = 0; count < 300; count += 1) await openAll(openLzop, mutate(whole, random));
  });
});
