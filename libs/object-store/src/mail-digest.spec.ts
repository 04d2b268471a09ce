import { describe, expect, it } from 'vitest';
import { MailDigest } from './mail-digest.js';

function digestOf(mail: string | Buffer, pieceBytes = Infinity): string {
  const bytes = Buffer.isBuffer(mail) ? mail : Buffer.from(mail);
  const digest = new MailDigest();
  for (let at = 0; at < bytes.length; at += Math.min(pieceBytes, bytes.length))
    digest.write(bytes.subarray(at, at + pieceBytes));
  return digest.end();
}

const head = [
  'DKIM-Signature: v=1; a=rsa-sha256; d=example.com;',
  '\tbh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA',
  'From: Jörg <joerg@example.com>',
  'Subject: Invoice',
  '',
].join('\r\n');
const body = 'Grüße\r\n.\r\n..two dots\r\n\r\n';
const mail = `${head}\r\n${body}`;
const same = digestOf(mail);

describe('the digest of a mail', () => {
  it.each([
    ['a Received field in front', `Received: from a by b;\r\n\tThu, 26 Nov 2026\r\n${mail}`],
    ['what a delivery writes', `Return-Path: <x@y>\r\nDelivered-To: a@b\r\nX-Original-To: a@b\r\n${mail}`],
    ['results of checks', `Authentication-Results: mx; dkim=pass\r\nReceived-SPF: pass\r\n${mail}`],
    [
      'a chain of seals',
      `ARC-Seal: i=1\r\nARC-Message-Signature: i=1\r\nARC-Authentication-Results: i=1\r\n${mail}`,
    ],
    ['a field of ours anywhere', mail.replace('Subject:', 'x-sluice-Verdict: clean\r\n more\r\nSubject:')],
    ['another case', `RECEIVED: x\r\n${mail}`],
    ['line ends of one byte', mail.replaceAll('\r\n', '\n')],
  ])('stays with %s', (_what, text) => {
    expect(text).not.toBe(mail);
    expect(digestOf(text)).toBe(same);
  });

  it('ends the last line, as SMTP does', () => {
    expect(digestOf(`${head}\r\nlast`)).toBe(digestOf(`${head}\r\nlast\r\n`));
    expect(digestOf(`${head}\r\nlast\r`)).toBe(digestOf(`${head}\r\nlast\r\n`));
    expect(digestOf(head)).toBe(digestOf(`${head}\r\n`));
  });

  it.each([
    ['one byte more in the body', `${mail}.`],
    ['one line more', `${mail}\r\n`],
    ['a blank more in a line', mail.replace('two dots', 'two  dots')],
    ['another subject', mail.replace('Invoice', 'Invoices')],
    ['a fold elsewhere', mail.replace('Subject: Invoice', 'Subject:\r\n Invoice')],
    ['a field more', mail.replace('Subject:', 'Reply-To: x@example.net\r\nSubject:')],
    ['a field twice', mail.replace('Subject:', 'Subject: Invoice\r\nSubject:')],
    ['fields in another order', `Subject: Invoice\r\n${mail.replace('Subject: Invoice\r\n', '')}`],
    ['a field less', mail.replace('Subject: Invoice\r\n', '')],
    ['a name that only begins like a trace field', `Received-By: x\r\n${mail}`],
    ['a blank before the colon', `Received : x\r\n${mail}`],
    [
      'a bare CR in a trace field, which some read as a new line',
      `Received: x\rContent-Type: text/html\r\n${mail}`,
    ],
    [
      'an empty folded line in it, which some read as the end of the head',
      `Received: x\r\n \r\n <b>read me</b>\r\n${mail}`,
    ],
    ['an empty folded line of bare LF in it', `Received: x\n\t\n <b>read me</b>\n${mail}`],
    ['letters that are not ASCII in it', `Received: ü\r\n${mail}`],
    ['a NUL in it', `Received: \0\r\n${mail}`],
    ['more in it than any server writes', `Received: ${'x'.repeat(9000)}\r\n${mail}`],
    ['more of them than any server leaves', `${'Received: x\r\n'.repeat(201)}${mail}`],
    [
      'a trace field behind a line that is none',
      mail.replace('Subject:', 'no field\r\nReceived: x\r\nSubject:'),
    ],
    ['a trace field in the body', `${head}\r\nReceived: x\r\n${body}`],
    ['a head where the body was', `\r\n${mail}`],
    ['a bare CR in the body', mail.replace('Grüße', 'Grü\rße')],
  ])('is another with %s', (_what, text) => {
    expect(text).not.toBe(mail);
    expect(digestOf(text)).not.toBe(same);
  });

  it('tells what stands behind a line that is no field from the same without trace', () => {
    const traced = mail.replace('Subject:', 'no field\r\nReceived: x\r\nSubject:');
    expect(digestOf(traced)).not.toBe(digestOf(traced.replace('Received: x\r\n', '')));
  });

  it('does not depend on how the bytes come', () => {
    const traced = `Received: from a\r\n\tby b\r\n${mail.replaceAll('\r\n', '\n')}`;
    for (const pieceBytes of [1, 2, 3, 7, 64]) {
      expect(digestOf(mail, pieceBytes)).toBe(same);
      expect(digestOf(traced, pieceBytes)).toBe(same);
    }
  });

  it('counts every byte of a head beyond what servers take, and holds no more of it', () => {
    const long = `X-Long: ${'a'.repeat(200_000)}\r\n${mail}`;
    expect(digestOf(`Received: x\r\n${long}`, 1000)).not.toBe(digestOf(long, 1000));
    expect(digestOf(long, 1000)).toBe(digestOf(long));
  });

  it('tells apart mails of no head, no body and nothing', () => {
    const all = ['', '\r\n', '\r\n\r\n', 'a', '\r\na', 'a: b', 'a: b\r\n\r\n\r\n', 'a: b\r\n\r\nc'].map(
      (text) => digestOf(text),
    );
    // Without a head an empty line ends nothing.
    expect(new Set(all).size).toBe(all.length - 1);
    expect(all[0]).toBe(all[1]);
  });
});
