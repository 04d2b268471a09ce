import { describe, expect, it } from 'vitest';
import { openAll } from '../../testing/open-all.js';
import { emlxDetection } from './detect-mail.js';
import { openEmlx } from './open-emlx.js';

const message =
  'From: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nhello\r\n';
const note = '<?xml version="1.0"?><plist version="1.0"/>\n';
const file = Buffer.from(`${message.length}\n${message}${note}`);

describe('a message as Apple’s Mail keeps it', () => {
  it('gives the message as mail, and what the program notes of it', async () => {
    expect(emlxDetection.detect(file)).toMatchObject({ isCertain: true });
    const { parts, unexamined } = await openAll(openEmlx, file);
    expect(parts.map((part) => [part.bytes.toString(), part.declaredAs])).toEqual([
      [message, 'mail'],
      [note, undefined],
    ]);
    expect(unexamined).toEqual([]);
  });
  it('is none without a message behind the number', () => {
    expect(emlxDetection.detect(Buffer.from('42\nhello\n'))).toBeNull();
  });
  it('says that it ends too early', async () => {
    expect((await openAll(openEmlx, file.subarray(0, 60))).unexamined).toMatchObject([{ reason: 'damaged' }]);
  });
});
