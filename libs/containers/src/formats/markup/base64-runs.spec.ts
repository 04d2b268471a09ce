import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { longRuns } from './base64-runs.js';

describe('longRuns', () => {
  it.each([300, 301, 302, 310, 335, 336, 337, 383, 384, 385])(
    'gives a file of %i bytes whole, however short its last line is',
    (length) => {
      const file = randomBytes(length);
      const lines = file.toString('base64').replace(/.{64}/g, '$&\r\n').trimEnd();
      const text = `-----BEGIN CERTIFICATE-----\r\n${lines}\r\n-----END CERTIFICATE-----\r\n`;
      expect([...longRuns(Buffer.from(text))].map(({ bytes }) => bytes)).toEqual([file]);
    },
  );
});
