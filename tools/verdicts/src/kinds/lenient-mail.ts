import { bytes } from '../layouts/byte-layout.js';
import {
  addressLines,
  attachment,
  base64Lines,
  mailWith,
  multipart,
  named,
  textPart,
  versionLine,
} from '../layouts/mail-layout.js';
import { type AddKind, kindsOf } from '../making/kind.js';
import { madeBy } from '../making/run-tool.js';

const options = {
  mail: true,
  endsAnywhere: 'quoted-printable ends where it ends, and its last delimiter is missing in much mail',
};
/** In lines; as long as it is encoded, nothing but a reader of mail finds it. */
export const quotedBytes = (content: Buffer): string =>
  [...content]
    .map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`)
    .join('')
    .replace(/.{72}/g, '$&=\r\n') + '=\r\n';
const encoding = 'Content-Transfer-Encoding: quoted-printable\r\n';
const part = (needle: Buffer, fields = encoding): string =>
  `Content-Type: application/octet-stream; name="eicar.com"\r\n${fields}\r\n${quotedBytes(needle)}`;
/** Not known by what stands behind its delimiter. */
const otherFields = Array.from({ length: 40 }, (_, at) => `X-${at}: y\r\n`).join('');
const head = addressLines + versionLine;
const mailOf = (part: string, typeLine = 'Content-Type: multipart/mixed; boundary=b1\r\n'): Buffer =>
  multipart([textPart, part], { typeLine });
const innerMail = (needle: Buffer): Buffer =>
  multipart([otherFields + part(needle)], { boundary: 'b2', head: addressLines });

const ofReaders = (describe: (add: AddKind) => void) =>
  kindsOf('mail', 'further', (add) =>
    describe((name, make, more = {}) => add(`mail-${name}`, make, { ...options, ...more })),
  );

/** Which lines are fields, and what they say. */
export const lenientFieldKinds = ofReaders((add) => {
  add('blanks-before-colon', (needle) => mailOf(part(needle, encoding.replace(':', `${' '.repeat(200)}:`))));
  add('colon-in-folded-line', (needle) => mailOf(part(needle, encoding.replace(':', '\r\n :'))));
  add('type-colon-in-folded-line', (needle) =>
    mailOf(otherFields + part(needle), 'Content-Type\r\n : multipart/mixed; boundary=b1\r\n'),
  );
  add('encoding-folded-within', (needle) => mailOf(part(needle, encoding.replace('-p', '-\r\n p'))));
  add('nul-in-field-name', (needle) => mailOf(part(needle, encoding.replace('-T', '-\0T'))));
  add('nul-in-encoding', (needle) => mailOf(part(needle, encoding.replace('-p', '-\0p'))));
  add('nul-in-type', (needle) =>
    mailOf(otherFields + part(needle), 'Content-Type: multi\0part/mixed; boundary=b1\r\n'),
  );
  add('nul-in-empty-line', (needle) => mailOf(part(needle).replace('\r\n\r\n', '\r\n\0\r\n')));
  add('nul-in-quoted-printable', (needle) => mailOf(part(needle).replace('\r\n\r\n=', '\r\n\r\n=\0')));
  add(
    'encoding-behind-forty-others',
    (needle) => mailOf(part(needle, 'Content-Transfer-Encoding: 7bit\r\n'.repeat(40) + encoding)),
    { heldTwin: 'ambiguous' },
  );
  add('first-line-is-no-field', (needle) => multipart([textPart, bytes(needle, '\r\n')]));
  add(
    'partial-of-one-and-of-two',
    (needle) =>
      bytes(
        head,
        'Content-Type: message/partial; id=x; number=1; total=1; number=2; total=2\r\n\r\n',
        base64Lines(needle).slice(8),
      ),
    {
      said: 'to some readers one piece of several',
    },
  );
});

/** Where a multipart is divided. */
export const lenientBoundaryKinds = ofReaders((add) => {
  const declared = (name: string, parameter: string, delimiter = 'b1'): void =>
    add(`boundary-${name}`, (needle) =>
      bytes(
        mailOf(otherFields + part(needle), `Content-Type: multipart/mixed; ${parameter}\r\n`)
          .toString('latin1')
          .replaceAll('--b1\r\n', `--${delimiter}\r\n`),
      ),
    );
  declared('up-to-comma', 'boundary=b1, charset=x');
  declared('with-blank-unquoted', 'boundary=b 1', 'b 1');
  declared('up-to-backslash', 'boundary=b1\\');
  declared('nul-within', 'boundary="b\x001"');
  declared('nul-in-delimiter', 'boundary=b1', 'b\x001');
  declared('text-behind-nul-in-delimiter', 'boundary=b1', 'b1\0x');
  add('undeclared-behind-thirty-fields', (needle) =>
    mailOf(otherFields.slice(-30 * 9) + part(needle), 'X-Type: none\r\n'),
  );
  const many = Array.from({ length: 40 }, (_, at) => `boundary=x${at}; `).join('');
  declared('behind-forty-others', `${many}boundary=b1`);
  declared('in-pieces-behind-forty-others', `${many}boundary*0=b; boundary*1=1`);
  add('part-behind-the-end', (needle) => multipart([textPart], { epilogue: `X-A: b\r\n${part(needle)}` }));
  const long = 'b'.repeat(70_000);
  add(
    'boundary-of-70000',
    (needle) => multipart([textPart, otherFields + part(needle)], { boundary: long }),
    { said: 'limit-exceeded' },
  );
  const whole = (type: string, needle: Buffer, fields = encoding): string =>
    `Content-Type: ${type}; name="eicar.com"\r\n${fields}\r\n${quotedBytes(needle)}`;
  add('multipart-x-zip-is-a-file', (needle) => multipart([textPart, whole('multipart/x-zip', needle)]));
  add('multipart-without-boundary', (needle) => bytes(addressLines, whole('multipart/mixed', needle)));
  add('multipart-with-boundary-unused', (needle) =>
    bytes(addressLines, whole('multipart/mixed; boundary=zz', needle)),
  );
  add('multipart-without-boundary-7bit', (needle) =>
    multipart([textPart, bytes('Content-Type: multipart/x-other; name="eicar.com"\r\n\r\n', needle, '\r\n')]),
  );
  add('parts-in-a-quoted-multipart', (needle) =>
    mailOf(part(needle, ''), `Content-Type: multipart/mixed; boundary=b1\r\n${encoding}`),
  );
});

const openssl = (script: string) => (inner: Buffer) =>
  madeBy({
    needs: ['openssl'],
    files: { m: inner },
    script: `openssl req -x509 -newkey rsa:2048 -nodes -keyout k -out c -days 30 -subj /CN=x 2>/dev/null; ${script}`,
    out: 'o',
  });
const signed = openssl('openssl smime -sign -nodetach -binary -signer c -inkey k -in m -outform DER -out o');
const sealedMail = async (inner: Buffer): Promise<Buffer> =>
  bytes(
    head,
    attachment(await signed(inner), {
      type: 'application/pkcs7-mime; smime-type=signed-data; name=smime.p7m',
    }),
  );

/** Mails in mails that do not begin as one. */
export const lenientInnerMailKinds = ofReaders((add) => {
  const fronts = {
    rtf: '{\\rtf1 x}',
    applesingle: `\0\x05\x16\0\0\x02\0\0${'\0'.repeat(18)}`,
    swf: 'FWS\x05',
    xml: '<?xml version="1.0"?>',
    text: 'some words here',
  };
  for (const [name, front] of Object.entries(fronts)) {
    const inner = (needle: Buffer): Buffer => bytes(front, '\r\n', innerMail(needle));
    add(`attached-behind-${name}`, (needle) =>
      multipart([textPart, attachment(inner(needle), { type: 'message/rfc822' })]),
    );
    add(`eml-by-name-behind-${name}`, (needle) => mailWith(inner(needle), named('x.eml')));
  }
  add('web-archive-by-type', (needle) =>
    mailWith(bytes('some words\r\n', innerMail(needle)), {
      type: 'application/x-mimearchive',
      disposition: null,
    }),
  );
  add('web-archive-by-other-name', (needle) =>
    mailWith(bytes('some words\r\n', innerMail(needle)), {
      type: 'application/octet-stream; name="a.mht"',
      disposition: 'attachment; filename="a.txt"',
    }),
  );
  const byName = (name: string, fields: string): void =>
    add(`eml-by-name-${name}`, (needle) =>
      mailWith(bytes(fields, '\r\n', quotedBytes(needle)), named('x.eml')),
    );
  byName('one-odd-field', `X-Unsent: 1\r\n${encoding.trim()};\r\n`);
  add('eml-by-name-disposition-alone', (needle) =>
    mailWith(bytes('Content-Disposition: attachment; filename=eicar.com\r\n\r\n', needle), named('x.eml')),
  );
  const typed = (name: string, type: string): void =>
    add(`mht-by-name-${name}`, (needle) =>
      mailWith(
        multipart([otherFields + part(needle)], {
          boundary: 'b2',
          head: 'X-Unsent: 1\r\n',
          typeLine: `Content-Type:${type}; boundary=b2\r\n`,
        }),
        named('x.mht'),
      ),
    );
  typed('folded-type', '\r\n multipart/mixed');
  typed('comment-before-type', ' (x) multipart/mixed');
  typed('quoted-type', ' "multipart/mixed"');
  add('smime-inner-odd-field-first', async (needle) => sealedMail(bytes('X-A: b\r\n', part(needle))));
  add('smime-inner-empty-line-first', async (needle) => sealedMail(bytes('\r\n', needle)));
});
