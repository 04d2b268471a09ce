import { describe, expect, it } from 'vitest';
import { openAll } from '../../testing/open-all.js';
import { mailWithinDetection, mailboxDetection } from './detect-mail.js';
import { openMailWithin } from './open-mail-within.js';
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

  const separator = 'From a@b Mon Jan  1 10:00:00 2024\n';
  it.each([
    ['whose lines end in a bare CR', `${separator}${mail}\n${separator}${mail}`.replaceAll('\n', '\r')],
    ['behind empty lines', `\n\r\n${separator}${mail}\n${separator}${mail}`],
    ['behind a byte order mark', `\ufeff${separator}${mail}\n${separator}${mail}`],
    ['behind a separator and an empty line', `${separator}${mail}\n${separator}\n${mail}`],
    ['behind a separator and a line that is no field', `${separator}${mail}\n${separator}no field\n${mail}`],
  ])('gives every mail %s', async (_, text) => {
    const bytes = Buffer.from(text);
    expect(mailboxDetection.detect(bytes)).not.toBeNull();
    expect((await openAll(openMailbox, bytes)).parts).toHaveLength(2);
  });

  it('gives every mail of one in UTF-16', async () => {
    const bytes = Buffer.from(`${separator}${mail}\n${separator}${mail}`, 'utf16le');
    expect(mailboxDetection.detect(bytes)).not.toBeNull();
    expect((await openAll(openMailbox, bytes)).parts).toHaveLength(2);
  });

  it('is found behind text, and not in text about one', async () => {
    const behind = Buffer.from(`some words\n\n${separator}${mail}`);
    expect(mailWithinDetection.detect(behind)).not.toBeNull();
    const { parts } = await openAll(openMailWithin, behind);
    expect(parts.map((part) => part.bytes.toString())).toEqual([`${separator}${mail}`]);
    expect(mailWithinDetection.detect(Buffer.from(`some words\n${separator}and others\n`))).toBeNull();
    const many = Buffer.from(`some words\n${`${separator}a: b\n`.repeat(100_000)}`);
    expect(mailWithinDetection.detect(many)).not.toBeNull();
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
