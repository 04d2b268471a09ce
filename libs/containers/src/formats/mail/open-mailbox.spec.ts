import { describe, expect, it } from 'vitest';
import { openAll } from '../../testing/open-all.js';
import { mailboxDetection } from './detect-mail.js';
import { openMailbox } from './open-mailbox.js';

const mail = 'From: a@b\nTo: c@d\nSubject: x\n\nFrom now on, text begins so.\nFrom here too.\n';

describe('openMailbox', () => {
  it('gives every mail, whole: text that begins like a separator is text', async () => {
    const bytes = Buffer.from(
      `From a@b Mon Jan  1 10:00:00 2024\n${mail}\nFrom c@d Mon Jan  1 10:00:00 2024\n${mail}`,
    );
    expect(mailboxDetection.detect(bytes)).not.toBeNull();
    const { parts } = await openAll(openMailbox, bytes);
    expect(parts.map((part) => [part.declaredAs, part.bytes.toString().trim()])).toEqual([
      ['mail', mail.trim()],
      ['mail', mail.trim()],
    ]);
  });

  it('gives every mail of an MMDF mailbox', async () => {
    const line = '\x01\x01\x01\x01\n';
    const bytes = Buffer.from(`${line}${mail}${line}${line}${mail}${line}`);
    expect(mailboxDetection.detect(bytes)).not.toBeNull();
    const { parts } = await openAll(openMailbox, bytes);
    expect(parts.map((part) => [part.declaredAs, part.bytes.toString()])).toEqual([
      ['mail', mail],
      ['mail', mail],
    ]);
  });

  it('takes time in proportion to the bytes', async () => {
    await openAll(openMailbox, Buffer.from(`From a\n${mail}${'\nFrom x'.repeat(100_000)}`));
  });
});
