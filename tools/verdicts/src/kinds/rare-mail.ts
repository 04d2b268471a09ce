import { bytes, le32, utf16, zeros } from '../layouts/byte-layout.js';
import {
  addressLines,
  attachment,
  base64Lines,
  multipart,
  textPart,
  uuencoded,
} from '../layouts/mail-layout.js';
import { ole10Native, oleOf } from '../layouts/ole-layout.js';
import { carrier, mail, text } from '../making/kind-options.js';
import { kindsOf } from '../making/kind.js';

export const rareMailKinds = kindsOf('mail', 'further', (add) => {
  const simple = (needle: Buffer): Buffer => multipart([textPart, attachment(needle)]);
  const single = (needle: Buffer): Buffer => bytes(addressLines, 'MIME-Version: 1.0\r\n', attachment(needle));
  add(
    'mail-sun-attachment',
    (needle) =>
      bytes(
        addressLines,
        'Content-Type: X-sun-attachment\r\n\r\n----------\r\nX-Sun-Data-Type: text\r\nX-Sun-Content-Lines: 1\r\n\r\nhello\r\n----------\r\nX-Sun-Data-Type: default\r\nX-Sun-Data-Name: eicar.com\r\nX-Sun-Encoding-Info: uuencode\r\nX-Sun-Content-Lines: 4\r\n\r\n',
        uuencoded(needle),
      ),
    { ...mail, ...text },
  );
  add(
    'mail-cpim',
    (needle) =>
      multipart([
        textPart,
        bytes(
          'Content-Type: message/cpim\r\n\r\nFrom: <im:a@example.org>\r\nTo: <im:b@example.org>\r\nDateTime: 2024-01-01T10:00:00Z\r\n\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n',
          base64Lines(needle),
        ),
      ]),
    mail,
  );
  add('eml-behind-pop3-line', (needle) => bytes('+OK 1234 octets\r\n', single(needle)), carrier);
  add('mail-behind-pop3-line', (needle) => bytes('+OK 1234 octets\r\n', simple(needle)), {
    mail: true,
    endsAnywhere: { 50: 'its first line is no field: all of it may be text' },
  });
  add(
    'mail-flowed-stuffed-uuencode',
    (needle) =>
      bytes(
        addressLines,
        'MIME-Version: 1.0\r\nContent-Type: text/plain; format=flowed\r\n\r\n',
        uuencoded(needle).replace(/^(?= )/gm, ' '),
      ),
    { ...mail, ...text },
  );
  add(
    'mail-base64-lines-of-8',
    (needle) => multipart([textPart, attachment(needle, { encoded: base64Lines(needle, 8) })]),
    { mail: true, endsAnywhere: { 90: 'it ends with a whole line' } },
  );
  add('mail-uu-cr-lines', (needle) => bytes(addressLines, '\r\n', uuencoded(needle, 'eicar.com', '\r')), {
    mail: true,
    ...text,
  });
  add('uu-cr-lines', (needle) => bytes('hello\r', uuencoded(needle, 'eicar.com', '\r')), text);
  add('msg-html-body-wide', (needle) =>
    oleOf([
      [
        '__substg1.0_1013001F',
        utf16(`<html><a href="data:application/x;base64,${needle.toString('base64')}">a</a></html>`),
      ],
      ['__properties_version1.0', zeros(64)],
    ]),
  );
  const uncompressed = (rtf: Buffer): Buffer =>
    bytes(le32(rtf.length + 12, rtf.length), 'MELA', le32(0), rtf);
  add('msg-rtf-not-compressed', (needle) =>
    oleOf([
      [
        '__substg1.0_10090102',
        uncompressed(
          bytes(
            `{\\rtf1{\\object\\objemb{\\*\\objdata ${bytes(le32(0x501, 2, 8), 'Package\0', le32(0, 0, ole10Native(needle).length - 4), ole10Native(needle).subarray(4)).toString('hex')}}}}`,
          ),
        ),
      ],
      ['__properties_version1.0', zeros(64)],
    ]),
  );
  add('mail-part-in-lf-cr', (needle) => bytes(simple(needle).toString('latin1').replace(/\r\n/g, '\n\r')), {
    mail: true,
    ...text,
  });
  add(
    'mail-encoded-word-type',
    (needle) =>
      multipart([
        textPart,
        bytes(
          attachment(needle)
            .toString('latin1')
            .replace('application/octet-stream', '=?us-ascii?Q?application/octet-stream?='),
        ),
      ]),
    mail,
  );
  add(
    'mail-type-behind-byte-order-mark',
    (needle) => multipart([textPart, bytes('\xef\xbb\xbf', attachment(needle))]),
    mail,
  );
  add(
    'mail-boundary-behind-blank',
    (needle) =>
      bytes(
        simple(needle)
          .toString('latin1')
          .replace('\r\n--b1\r\nContent-Type: application', '\r\n --b1\r\nContent-Type: application'),
      ),
    mail,
  );
});
