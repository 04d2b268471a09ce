import { describe, expect, it, vi } from 'vitest';
import { findShar } from '../../decoders/shar.js';
import { mutate, randomFrom } from '../../testing/mutate.js';
import { openAll } from '../../testing/open-all.js';
import { encodedTextDetection } from './detect-encoded-text.js';
import { openEncodedText } from './open-encoded-text.js';

const needle = 'a needle in a haystack';
/** Made with uuencode(1), Python's base64 and binascii. */
const uuencoded = 'begin 644 needle.txt\n682!N965D;&4@:6X@82!H87ES=&%C:P  \n`\nend\n';
const base64 = `begin-base64 644 needle.txt\n${Buffer.from(needle).toString('base64')}\n====\n`;
const yenc = `=ybegin line=128 size=22 name=needle.txt\r\n${[...needle]
  .map((char) => String.fromCharCode(char.charCodeAt(0) + 42))
  .join('')}\r\n=yend size=22\r\n`;

function binHex(content: string, checksum = 0): string {
  const head = Buffer.concat([
    Buffer.from([10]),
    Buffer.from('needle.txt\0TEXTttxt\0\0'),
    Buffer.from([0, 0, 0, content.length, 0, 0, 0, 0, checksum >> 8, checksum & 255]),
  ]);
  const raw = Buffer.concat([head, Buffer.from(content), Buffer.alloc(4)]);
  const alphabet = '!"#$%&\'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr';
  const bits = [...raw].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const text = (bits.match(/.{1,6}/g) ?? [])
    .map((six) => alphabet[Number.parseInt(six.padEnd(6, '0'), 2)])
    .join('');
  return `(This file must be converted with BinHex 4.0)\n\n:${text.replace(/.{60}/g, '$&\n')}:\n`;
}

/** Of its head, as Python's binascii has it. */
const binHexChecksum = 0xb413;

describe('openEncodedText', () => {
  it.each([
    ['uuencode', uuencoded],
    ['uuencode without the blanks at its ends', uuencoded.replace(/ +\n/g, '\n')],
    ['xxencode', 'begin 644 needle.txt\nKMG-iNKJYP4IUOKsUMG-cMLZnR43XOk++\n+\nend\n'],
    ['uuencode in base64', base64],
    ['uuencode in base64 with its name too', base64.replace('begin-base64 ', 'begin-base64-encoded ')],
    ['yEnc', yenc],
    ['BinHex', binHex(needle)],
  ])('gives the file that is written in %s, with text around it', async (_, text) => {
    const bytes = Buffer.from(`hello\n\n${text}\nbye\n`, 'latin1');
    expect(encodedTextDetection.detect(bytes)).toMatchObject({ isCertain: false });
    const { parts, unexamined } = await openAll(openEncodedText, bytes);
    expect(parts.map((part) => [part.label, part.bytes.toString()])).toEqual([['needle.txt', needle]]);
    expect(unexamined).toEqual([]);
  });

  const shell = (line: string, end = 'END'): string => `#!/bin/sh\n${line}\nX${needle}\nXX\n${end}\n`;
  it.each([
    ['quoted', shell("sed 's/^X//' << 'END' > 'needle.txt'")],
    ['with other marks', shell('  sed -e "s|^X||" <<-\\END >needle.txt &&')],
    ['whose lines end as Windows has them', shell("sed 's/^X//' <<END >needle.txt").replaceAll('\n', '\r\n')],
  ])('gives the file of a shell archive, %s', async (_, text) => {
    expect(encodedTextDetection.detect(Buffer.from(text))).toMatchObject({ isCertain: false });
    const { parts, unexamined } = await openAll(openEncodedText, Buffer.from(text));
    expect(parts.map((part) => [part.label, part.bytes.toString().replaceAll('\r', '')])).toEqual([
      ['needle.txt', `${needle}\nX\n`],
    ]);
    expect(unexamined).toEqual([]);
  });

  it('says of a shell archive that its end is missing, and finds none in other here-documents', async () => {
    const open = Buffer.from(shell("sed 's/^X//' << 'END' > 'needle.txt'", 'other'));
    expect((await openAll(openEncodedText, open)).unexamined).toMatchObject([{ reason: 'damaged' }]);
    expect(encodedTextDetection.detect(Buffer.from(shell('cat << END > needle.txt')))).toBeNull();
    const many = Buffer.from("sed 's/^X//' <<".repeat(100_000));
    expect((await openAll(openEncodedText, many)).parts).toEqual([]);
  });

  it('takes no longer for a line than for its length to look for a shell archive', () => {
    const tries = vi.spyOn(Buffer.prototype, 'toString');
    try {
      expect(findShar(Buffer.alloc(2_000_000, '<'), 0)).toBeNull();
      expect(
        findShar(Buffer.from(`sed 's/^X//${'s/^X//'.repeat(20)}${'<<'.repeat(400)}\n`.repeat(100)), 0),
      ).toBeNull();
      // A line's beginning, and what follows the first mark in it.
      expect(tries.mock.calls.length).toBeLessThanOrEqual(1 + 2 * 100);
    } finally {
      tries.mockRestore();
    }
  });

  const headless = binHex(needle, binHexChecksum).split('\n\n')[1] ?? '';
  it.each([
    ['uuencode of seven digits', uuencoded.replace('644', '0100644')],
    ['uuencode of a mode that is none', uuencoded.replace('644', 'rw-r--r--')],
    ['uuencode without a mode', uuencoded.replace('644 ', '')],
    ['uuencode behind tabs', uuencoded.replaceAll(/(begin|644) /g, '$1\t')],
    ['yEnc with bare CRs', yenc.replaceAll('\r\n', '\r')],
    ['yEnc with more fields', yenc.replace('size=22', `size=22${' x=y'.repeat(500)}`)],
    ['BinHex that nothing announces', headless],
    ['BinHex that something else announces', `(Convert with BinHex 4.0)\n\n${headless}`],
    ['BinHex behind another colon', `(This file must be converted with BinHex 4.0)\nName: x\n${headless}`],
    ['BinHex behind what is none', `(This file must be converted with BinHex 4.0)\n:no:\n${headless}`],
  ])('gives the file that is written in %s', async (_, text) => {
    const bytes = Buffer.from(`hello\n\n${text}\nbye\n`, 'latin1');
    expect(encodedTextDetection.detect(bytes)).toMatchObject({ isCertain: false });
    const { parts, unexamined } = await openAll(openEncodedText, bytes);
    expect(parts.map((part) => part.bytes.toString())).toContain(needle);
    expect(unexamined).toEqual([]);
  });

  it('gives a file in uuencode without a name or with a very long one', async () => {
    for (const name of ['', ` ${'n'.repeat(900)}`]) {
      const { parts } = await openAll(openEncodedText, Buffer.from(uuencoded.replace(' needle.txt', name)));
      expect(parts.map((part) => part.bytes.toString())).toEqual([needle]);
    }
  });

  it('says of a piece of a file in yEnc that others are elsewhere, whatever its name says', async () => {
    const piece = yenc.replace('=ybegin', '=ybegin part=2 total=3');
    expect((await openAll(openEncodedText, Buffer.from(piece, 'latin1'))).unexamined).toMatchObject([
      { reason: 'unsupported' },
    ]);
    const whole = yenc.replace('=ybegin', '=ybegin part=1 total=1').replace('needle.txt', 'a total=2 part=2');
    expect((await openAll(openEncodedText, Buffer.from(whole, 'latin1'))).unexamined).toEqual([]);
  });

  it.each([
    ['uuencode', uuencoded.slice(0, -8)],
    ['yEnc', yenc.slice(0, -15)],
    ['BinHex', binHex(needle).slice(0, -8)],
  ])('says that the end is missing in %s', async (_, text) => {
    const { unexamined } = await openAll(openEncodedText, Buffer.from(text, 'latin1'));
    expect(unexamined).toMatchObject([{ reason: 'damaged' }]);
  });

  it.each([
    [
      'a block of dashes',
      (data: string) => `-----BEGIN CERTIFICATE-----\n${data}\n-----END CERTIFICATE-----\n`,
    ],
    ['one without its end', (data: string) => `-----BEGIN X-----\r\n${data}`],
    [
      'one with fields',
      (data: string) => `-----BEGIN RSA KEY-----\nProc-Type: 4\nDEK-Info: x\n\n${data}\n-----END`,
    ],
    [
      'one in a batch file',
      (data: string) =>
        `@echo off\r\n-----BEGIN CERTIFICATE-----\r\n${data}\r\n-----END CERTIFICATE-----\r\n`,
    ],
  ])('gives what is in %s', async (_, write) => {
    const bytes = Buffer.from(write(Buffer.from(needle).toString('base64')));
    expect(encodedTextDetection.detect(bytes)).not.toBeNull();
    const { parts, unexamined } = await openAll(openEncodedText, bytes);
    expect([parts.map((part) => part.bytes.toString()), unexamined]).toEqual([[needle], []]);
  });

  it('leaves what is PGP’s own alone', async () => {
    const key = Buffer.from(
      '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nabcd\n-----END PGP PUBLIC KEY BLOCK-----\n',
    );
    expect(await openAll(openEncodedText, key)).toMatchObject({ parts: [], unexamined: [] });
  });

  it('finds nothing in text about it, and gives all of several files', async () => {
    const talk = Buffer.from(
      'To\nbegin 644 words\nis not to begin.\nbegin 644\nbegin with\n#ABC\nand\n:a: b\n:YkqFQ:\n',
    );
    expect(await openAll(openEncodedText, talk)).toMatchObject({ parts: [], unexamined: [] });
    expect((await openAll(openEncodedText, Buffer.from(uuencoded.repeat(3)))).parts).toHaveLength(3);
  });

  it('throws nothing, whatever is done to it, and takes time in proportion to the bytes', async () => {
    const random = randomFrom(3);
    for (const seed of [uuencoded, base64, yenc, binHex(needle)])
      for (let count = 0; count < 200; count += 1)
        await openAll(openEncodedText, mutate(Buffer.from(seed, 'latin1'), random));
    for (const line of [
      'begin 644 a\n\n',
      'begin 644 a\n',
      '=ybegin line=1 size=1 name=a\n',
      'begin-base64 644 a\n',
      'begin a\n#86)C\n',
      '=ybegin ',
      `${(binHex(needle).split('\n\n')[1] ?? '').slice(0, 60)}\n`,
      '\n(This file must be converted with BinHex:',
    ])
      await openAll(openEncodedText, Buffer.from(line.repeat(50_000)));
    await openAll(
      openEncodedText,
      Buffer.from(`(This file must be converted with BinHex :${'jr'.repeat(100_000)}`),
    );
  }, 60_000);
});
