import { gzipSync } from 'node:zlib';
import { bytes, fromHex, be32, scrambled, zeros, utf16 } from '../layouts/byte-layout.js';
import {
  addressLines,
  attachment,
  base64Lines,
  binHex,
  mailWith,
  multipart,
  named,
  quotedPrintable,
  textPart,
  tnef,
  uuencoded,
  versionLine,
} from '../layouts/mail-layout.js';
import { crc32 } from 'node:zlib';
import { rar4 } from '../layouts/rar-layout.js';
import { oneEntryZip, zipped } from '../layouts/zip-layout.js';
import { passwordZip, sevenZip, zstd } from '../making/compressors.js';
import { encrypted } from '../making/kind-options.js';
import { type AddKind, type KindOptions, type Make, kindsOf } from '../making/kind.js';
import { deb } from './archives.js';
import { converted, plainIso } from './images.js';
import { outlookMessage } from './office.js';

const noLength = 'a mail has no length, and its last boundary is missing in many that are whole';

/** Names begin with `mail-`, objects are submitted as mail. */
export const mailKinds = (set: 'first' | 'further', describe: (add: AddKind) => void) =>
  kindsOf('mail', set, (add) =>
    describe((name: string, make: Make, options: KindOptions = {}) =>
      add(`mail-${name}`, make, { mail: true, endsAnywhere: noLength, ...options }),
    ),
  );

export function yEncoded(content: Buffer): Buffer {
  const body = [...content].flatMap((byte) => {
    const moved = (byte + 42) & 255;
    return [0, 10, 13, 61].includes(moved) ? [61, (moved + 64) & 255] : [moved];
  });
  const checksum = crc32(content).toString(16).padStart(8, '0');
  return bytes(
    `=ybegin line=128 size=${content.length} name=eicar.com\r\n`,
    body,
    `\r\n=yend size=${content.length} crc32=${checksum}\r\n`,
  );
}

const withLine = (needle: Buffer): Buffer => bytes(needle, '\r\n');
const bodyEnds = { endsAnywhere: 'a text ends where it ends' };

export const mailEncodingKinds = mailKinds('first', (add) => {
  const zipName = named('a.zip');
  const octets = {
    type: 'application/octet-stream; name="eicar.com"',
    disposition: 'attachment; filename="a.zip"',
  };
  add('base64', (needle) => mailWith(needle));
  add('qp', (needle) => mailWith(needle, { encoding: 'quoted-printable', encoded: quotedPrintable(needle) }));
  add('7bit', (needle) => mailWith(needle, { encoding: '7bit', encoded: withLine(needle) }));
  add('8bit', (needle) => mailWith(needle, { encoding: '8bit', encoded: withLine(needle) }));
  add('binary', (needle) => mailWith(needle, { encoding: 'binary', encoded: needle }));
  add('binary-zip', (needle) => mailWith(needle, { ...octets, encoding: 'binary', encoded: zipped(needle) }));
  add('8bit-zip', (needle) => mailWith(needle, { ...octets, encoding: '8bit', encoded: zipped(needle) }));
  add('cte-none-zip', (needle) => mailWith(needle, { ...octets, encoding: null, encoded: zipped(needle) }));
  add('cte-uuencode', (needle) => mailWith(needle, { encoding: 'x-uuencode', encoded: uuencoded(needle) }));
  add('cte-uue', (needle) => mailWith(needle, { encoding: 'uuencode', encoded: uuencoded(needle) }));
  add('uu-in-body', (needle) => bytes(addressLines, '\r\nhello\r\n\r\n', uuencoded(needle)), bodyEnds);
  add('uu-in-text-part', (needle) =>
    multipart([bytes('Content-Type: text/plain\r\n\r\nhello\r\n\r\n', uuencoded(needle))]),
  );
  add(
    'uu-zip-in-body',
    (needle) => bytes(addressLines, '\r\nhello\r\n\r\n', uuencoded(zipped(needle), 'a.zip')),
    bodyEnds,
  );
  add('yenc-in-body', (needle) => bytes(addressLines, '\r\nhello\r\n\r\n', yEncoded(needle)));
  add('cte-yenc', (needle) => mailWith(needle, { encoding: 'x-yenc', encoded: yEncoded(needle) }));
  add('binhex', (needle) =>
    mailWith(needle, {
      type: 'application/mac-binhex40; name="eicar.com.hqx"',
      encoding: '7bit',
      encoded: binHex(needle),
    }),
  );
  add('zip', (needle) => mailWith(zipped(needle), { ...zipName, type: 'application/zip' }));
  const modern = { local: { version: 63 }, directory: { version: 63 } };
  add('zip-zstd', async (needle) =>
    mailWith(oneEntryZip(needle, { packed: await zstd(needle), method: 93, ...modern }), zipName),
  );
  add('rar', (needle) => mailWith(rar4(needle), named('a.rar', 'application/vnd.rar')));
  add('iso', async (needle) => mailWith(await plainIso(needle), named('a.iso')));
  add('deb', async (needle) => mailWith(await deb(needle), named('a.deb')));
  add('img-vhd', async (needle) => mailWith(await converted('vpc')(needle), named('a.vhd')));
});

export const mailBodyKinds = mailKinds('first', (add) => {
  const head = addressLines + versionLine;
  add('top-level-zip', (needle) =>
    bytes(head, attachment(zipped(needle), { type: 'application/zip; name=a.zip', disposition: null })),
  );
  add('top-level-eicar', (needle) => bytes(head, attachment(needle)), bodyEnds);
  const text = { leaf: withLine, ...bodyEnds };
  add('body-text', (needle) => bytes(head, 'Content-Type: text/plain\r\n\r\n', needle, '\r\n'), text);
  add('body-text-no-mime', (needle) => bytes(addressLines, '\r\n', needle, '\r\n'), text);
  add(
    'body-base64',
    (needle) =>
      bytes(
        head,
        'Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n',
        base64Lines(needle),
      ),
    bodyEnds,
  );
  const encoded = (type: string) => (needle: Buffer) =>
    multipart([
      textPart,
      bytes(`Content-Type: ${type}\r\nContent-Transfer-Encoding: base64\r\n\r\n`, base64Lines(needle)),
    ]);
  add('second-text-inline', encoded('text/plain'));
  const typed = (
    name: string,
    type: string,
    disposition: string | null = 'attachment; filename="eicar.txt"',
  ): void => add(name, (needle) => mailWith(needle, { type, disposition }));
  typed('text-attachment', 'text/plain; charset=us-ascii; name="eicar.txt"');
  add('text-attachment-7bit', (needle) =>
    mailWith(needle, {
      type: 'text/plain; name="eicar.txt"',
      encoding: '7bit',
      encoded: withLine(needle),
      disposition: 'attachment; filename="eicar.txt"',
    }),
  );
  typed('text-inline-named', 'text/plain; name="eicar.com"', 'inline; filename="eicar.com"');
  typed('html-attachment-inline', 'text/html; name="x.html"', 'inline; filename="x.html"');
  add('html-part-no-disposition', encoded('text/html'));
  typed(
    'csv-charset-utf16',
    'text/csv; charset=utf-16; name="eicar.csv"',
    'attachment; filename="eicar.csv"',
  );
  typed(
    'text-charset-koi8',
    'text/plain; charset=koi8-r; name="eicar.com"',
    'attachment; filename="eicar.com"',
  );
  typed(
    'text-charset-bogus',
    'text/plain; charset=x-nonsense; name="eicar.com"',
    'attachment; filename="eicar.com"',
  );
});

export const mailPackageKinds = mailKinds('first', (add) => {
  const html = 'Content-Type: text/html\r\n\r\n<p>hello</p>\r\n';
  const status = 'Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n';
  const parts = (name: string, subtype: string, list: (needle: Buffer) => (Buffer | string)[]): void =>
    add(name, (needle) => multipart(list(needle), { subtype }));
  parts('alternative', 'alternative', (needle) => [textPart, html, attachment(needle)]);
  parts('related', 'related', (needle) => [
    html,
    attachment(needle, { disposition: 'inline; filename="eicar.com"', extra: 'Content-ID: <x@y>\r\n' }),
  ]);
  parts('report', 'report', (needle) => [textPart, status, attachment(needle)]);
  parts('digest', 'digest', (needle) => [bytes('\r\n', mailWith(needle, {}, { boundary: 'inner' }))]);
  parts('unknown-multipart', 'x-unknown', (needle) => [textPart, attachment(needle)]);
  const appleHead = bytes(fromHex('0005160700020000'), zeros(16), '\0\0');
  parts('appledouble', 'mixed', (needle) => [
    textPart,
    bytes(
      'Content-Type: multipart/appledouble; boundary="ad"\r\n\r\n--ad\r\nContent-Type: application/applefile\r\nContent-Transfer-Encoding: base64\r\n\r\n',
      ...[base64Lines(appleHead), '--ad\r\n', attachment(needle), '--ad--\r\n'],
    ),
  ]);
  add('applesingle', (needle) =>
    mailWith(bytes(fromHex('0005160000020000'), zeros(16), '\0\x01', be32(1, 38, needle.length), needle), {
      type: 'application/applefile; name="eicar.com"',
    }),
  );
  const winmail = named('winmail.dat', 'application/ms-tnef');
  add('tnef', (needle) => mailWith(tnef(needle), winmail));
  add('tnef-zip', (needle) => mailWith(tnef(zipped(needle), 'a.zip'), winmail));
  add(
    'tnef-encrypted-zip',
    async (needle) => mailWith(tnef(await passwordZip(needle), 'a.zip'), winmail),
    encrypted,
  );
  add('msg', (needle) => mailWith(outlookMessage(needle), named('m.msg', 'application/vnd.ms-outlook')));
  parts('calendar', 'alternative', (needle) => [
    textPart,
    bytes(
      `Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nATTACH;ENCODING=BASE64;VALUE=BINARY:${needle.toString('base64')}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`,
    ),
  ]);
  const inText = (words: string, zip: Buffer): Buffer =>
    multipart([
      `Content-Type: text/plain\r\n\r\n${words} infected\r\n`,
      attachment(zip, named('a.zip', 'application/zip')),
    ]);
  add(
    'zipcrypto-password-in-body',
    async (needle) => inText('The password is', await passwordZip(needle)),
    encrypted,
  );
  add(
    'aes-password-in-body',
    async (needle) =>
      inText('Passwort:', await sevenZip(needle, '-tzip -mem=AES256 -pinfected', { out: 'a.zip' })),
    encrypted,
  );
  add('gz-content-encoding', (needle) => mailWith(gzipSync(needle), { extra: 'Content-Encoding: gzip\r\n' }));
  add(
    'pgp-attachment',
    (needle) => {
      const message = bytes(fromHex('85010c03'), ...Array.from({ length: 4 }, () => scrambled(needle)));
      return mailWith(message, named('a.pgp'));
    },
    encrypted,
  );
  add('flowed', (needle) =>
    multipart([
      'Content-Type: text/plain; format=flowed; delsp=yes\r\n\r\nhello \r\nworld\r\n',
      attachment(needle),
    ]),
  );
  const many = (count: number) => (needle: Buffer) =>
    multipart([
      textPart,
      ...Array.from({ length: count - 1 }, (_, index) => attachment(bytes(`file ${index}`))),
      attachment(needle),
    ]);
  add('100-attachments', many(100));
  add('2000-attachments', many(2000));
  add('text-body-1mb', (needle) =>
    multipart([`Content-Type: text/plain\r\n\r\n${'hello world\r\n'.repeat(90_000)}`, attachment(needle)]),
  );
  add('utf16-eml', (needle) => bytes([0xff, 0xfe], utf16(mailWith(needle).toString('latin1'))), {
    clean: 'a mail in UTF-16 is no mail: RFC 5322 lines are bytes, and no transport or reader takes it',
  });
});
