import { bytes, replaced } from '../layouts/byte-layout.js';
import {
  type AttachmentOptions,
  type MultipartOptions,
  addressLines,
  attachment,
  base64Lines,
  mailWith,
  multipart,
  textPart,
  versionLine,
} from '../layouts/mail-layout.js';
import { zipped } from '../layouts/zip-layout.js';
import { mailKinds } from './mail-attachments.js';

const head = addressLines + versionLine;

/** How a mail can name its boundary, and how it can fail to. */
export const mailBoundaryKinds = mailKinds('first', (add) => {
  const declared = (name: string, typeLine: string, boundary = 'b1', options = {}): void =>
    add(`boundary-${name}`, (needle) => mailWith(needle, {}, { boundary, typeLine }), options);
  const mixed = 'Content-Type: multipart/mixed';
  declared('missing', `${mixed}\r\n`);
  declared('wrong', `${mixed}; boundary="other"\r\n`);
  declared('duplicate-first', `${mixed}; boundary="b1"; boundary="b2"\r\n`);
  declared('duplicate-last', `${mixed}; boundary="b2"; boundary="b1"\r\n`);
  declared('folded', `${mixed};\r\n\tboundary=\r\n "b1"\r\n`);
  declared('2231', `${mixed}; boundary*0="ab"; boundary*1="cd"\r\n`, 'abcd');
  declared('2231-charset', `${mixed}; boundary*=us-ascii''ab%20cd\r\n`, 'ab cd');
  declared('comment', `${mixed} (comment); boundary=b1 (real)\r\n`);
  declared('unquoted-odd', `${mixed}; boundary=a=_b'c/d:?\r\n`, "a=_b'c/d:?");
  declared('escaped', `${mixed}; boundary="a\\"b"\r\n`, 'a"b');
  declared('empty', `${mixed}; boundary=""\r\n`, '');
  declared('space-inside', `${mixed}; boundary="a b"\r\n`, 'a b');
  declared('trailing-space-declared', `${mixed}; boundary="b1 "\r\n`);
  add('boundary-trailing-junk-line', (needle) => replaced(mailWith(needle), '--b1\r\n', '--b1 \t \r\n'));
  const inner = (boundary: string) => (needle: Buffer) =>
    multipart([
      textPart,
      bytes(
        `${mixed}; boundary="${boundary}"\r\n\r\n--${boundary}\r\n`,
        attachment(needle),
        `--${boundary}--\r\n`,
      ),
    ]);
  add('boundary-prefix-of-other', inner('b1x'));
  declared('single-quotes', `${mixed}; boundary='b1'\r\n`, "'b1'");
  declared('unclosed-quote', `${mixed}; boundary="b1\r\n`);
  declared('long-300', `${mixed}; boundary="${'B'.repeat(300)}"\r\n`, 'B'.repeat(300));
  declared('upper-key', 'CONTENT-TYPE: MULTIPART/MIXED; BOUNDARY=b1\r\n');
  declared('no-semicolon', `${mixed} boundary="b1"\r\n`);
  declared('encoded-word', `${mixed}; boundary="=?us-ascii?Q?b1?="\r\n`);
  declared('case-differs', `${mixed}; boundary="B1"\r\n`);
  add('no-end-boundary', (needle) => mailWith(needle, {}, { hasEnd: false }));
  add('end-boundary-first', (needle) =>
    bytes(
      head,
      ...[
        `${mixed}; boundary="b1"\r\n\r\n--b1\r\n`,
        textPart,
        '--b1--\r\n\r\n--b1\r\n',
        attachment(needle),
        '--b1--\r\n',
      ],
    ),
  );
  add('boundary-no-blank-between', (needle) =>
    bytes(
      head,
      `${mixed}; boundary="b1"\r\n--b1\r\n`,
      textPart,
      '--b1\r\n',
      attachment(needle),
      '--b1--\r\n',
    ),
  );
  add('nested-same-boundary', inner('b1'));
  const parts = (name: string, options: (needle: Buffer) => MultipartOptions, expect = {}): void =>
    add(name, (needle) => multipart([textPart], options(needle)), expect);
  parts('in-preamble', (needle) => ({
    preamble: bytes(
      'Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n',
      base64Lines(needle),
    ),
  }));
  parts('in-epilogue', (needle) => ({ epilogue: bytes('\r\n', base64Lines(needle)) }), {
    clean: 'base64 behind the last boundary without any header: no reader shows it, none decodes it',
  });
});

/** Headers twice, broken, or in an odd place. */
export const mailHeaderKinds = mailKinds('first', (add) => {
  const typed = (name: string, typeLine: string): void =>
    add(`content-type-${name}`, (needle) => mailWith(needle, {}, { typeLine }));
  const mixed = 'multipart/mixed; boundary="b1"\r\n';
  typed('space-colon', `Content-Type : ${mixed}`);
  typed('twice-first', `Content-Type: ${mixed}Content-Type: text/plain\r\n`);
  typed('twice-last', `Content-Type: text/plain\r\nContent-Type: ${mixed}`);
  typed('fold-empty', `Content-Type:\r\n \r\n ${mixed}`);
  typed('garbage-slash', 'Content-Type: multipart/; boundary="b1"\r\n');
  const headed = (name: string, before: string): void =>
    add(name, (needle) => mailWith(needle, {}, { head: before }));
  headed('mime-version-missing', addressLines);
  headed('mime-version-odd', `${addressLines}MIME-Version: (x) 7.3\r\n`);
  add('part-no-headers', (needle) => multipart([textPart, bytes('\r\n', base64Lines(zipped(needle)))]), {
    clean: 'base64 in a text part without any header: a reader shows the characters, none decodes them',
  });
  add('part-no-content-type', (needle) =>
    multipart([
      textPart,
      bytes(
        'Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename="eicar.com"\r\n\r\n',
        base64Lines(needle),
      ),
    ]),
  );
  const replacedIn = (name: string, from: string, to: string, times = Infinity): void =>
    add(name, (needle) => replaced(mailWith(needle), from, to, times));
  replacedIn('lf-only', '\r\n', '\n');
  replacedIn('cr-only', '\r\n', '\r');
  replacedIn('mixed-newlines', '\r\n', '\n', 7);
  const behind = (name: string, line: string): void => add(name, (needle) => bytes(line, mailWith(needle)));
  behind('bom', '\xef\xbb\xbf');
  behind('leading-blank-lines', '\r\n\r\n\r\n');
  behind('leading-spaces-line', '  \r\n');
  add('from-line', (needle) =>
    bytes('From alice@example.org Mon Jan  1 10:00:00 2024\n', replaced(mailWith(needle), '\r\n', '\n')),
  );
  behind('gt-from-line', '>From alice@example.org Mon Jan  1 10:00:00 2024\r\n');
  behind('bad-first-header', 'this is no header\r\n');
  const extra = (name: string, lines: string): void => headed(name, addressLines + lines + versionLine);
  extra('nul-in-header', 'X-Nul: a\0b\r\n');
  extra('utf8-header', `X-${Buffer.from('Й: привет').toString('latin1')}\r\n`);
  extra('header-1m', `X-Long: ${'a'.repeat(1_000_000)}\r\n`);
  extra('header-3m', `X-Long: ${'a'.repeat(3_000_000)}\r\n`);
  extra('headers-20000', Array.from({ length: 20_000 }, (_, index) => `X-${index}: abcdefgh\r\n`).join(''));
  replacedIn('blank-line-with-space', 'boundary="b1"\r\n\r\n', 'boundary="b1"\r\n \r\n', 1);
  add('part-blank-line-with-space', (needle) =>
    multipart([textPart, replaced(attachment(needle), '\r\n\r\n', '\r\n \r\n', 1)]),
  );
  add(
    'header-after-blank',
    (needle) =>
      multipart([
        textPart,
        bytes(
          'Content-Type: application/octet-stream\r\n\r\nContent-Transfer-Encoding: base64\r\n\r\n',
          base64Lines(needle),
        ),
      ]),
    {
      clean: 'a header behind the blank line is text: every reader saves the characters, none decodes them',
    },
  );
});

const base64Habits: readonly (readonly [string, (text: string) => string, boolean?])[] = [
  ['garbage', (text) => [...text].map((one, index) => (index % 5 === 0 ? `${one}!` : one)).join('')],
  ['spaces', (text) => [...text].join(' ')],
  ['one-per-line', (text) => [...text].join('\r\n')],
  ['no-padding', (text) => text.replace(/=+$/, '')],
  ['long-line', (text) => text],
  ['dots', (text) => `${text.slice(0, 20)}....${text.slice(20)}`],
  ['high-bytes', (text) => `${text.slice(0, 20)}\xa0\xff${text.slice(20)}`],
  ['nul', (text) => `${text.slice(0, 20)}\0\0${text.slice(20)}`],
  ['dash-line', (text) => `${text.slice(0, 40)}\r\n--\r\n${text.slice(40)}`],
  ['url-alphabet', (text) => text.replaceAll('+', '-').replaceAll('/', '_')],
  ['text-in-front', (text) => `\r\n\r\n${text}`],
  ['html-entity', (text) => `${text.slice(0, 20)}<br>${text.slice(20)}`],
];
const encodings: readonly (readonly [string, string])[] = [
  ['upper', 'BASE64'],
  ['junk-behind', 'base64 foo'],
  ['semicolon', 'base64;'],
  ['quoted', '"base64"'],
  ['comment', 'base64 (x)'],
  ['folded', '\r\n base64'],
  ['unknown', 'x-foo'],
  ['seven-but-b64', '7bit'],
  ['encoded-word', '=?us-ascii?Q?base64?='],
  ['tab', '\tbase64\t'],
];
/** A part that says it is plain and looks like base64 is plain to every reader. */
const notDecoded = new Set(['unknown', 'seven-but-b64']);

/** Base64 as it should not be, and headers that name it as they should not. */
export const mailTransferKinds = mailKinds('first', (add) => {
  for (const [name, write] of base64Habits)
    add(
      `b64-${name}`,
      (needle) => mailWith(needle, { encoded: `${write(needle.toString('base64'))}\r\n` }),
      name === 'html-entity' ? { said: 'readers disagree on what an angle bracket in base64 means' } : {},
    );
  add('b64-padding-middle', (needle) =>
    mailWith(needle, {
      encoded: `${needle.subarray(0, 31).toString('base64')}\r\n${needle.subarray(31).toString('base64')}\r\n`,
    }),
  );
  add('b64-text-behind', (needle) =>
    mailWith(needle, { encoded: `${base64Lines(needle)}-- \r\nThis mail was scanned by nobody.\r\n` }),
  );
  for (const [name, encoding] of encodings)
    add(
      `cte-${name}`,
      (needle) => mailWith(needle, { encoding }),
      notDecoded.has(name)
        ? { clean: 'readers take an encoding that they do not know, or 7bit, as it stands' }
        : {},
    );
  const twice = (first: string, second: string): AttachmentOptions => ({
    encoding: first,
    extra: `Content-Transfer-Encoding: ${second}\r\n`,
  });
  add('cte-twice-first', (needle) => mailWith(needle, twice('base64', '7bit')));
  add('cte-twice-last', (needle) => mailWith(needle, twice('7bit', 'base64')));
  add('cte-on-multipart', (needle) =>
    bytes(
      head,
      'Content-Type: multipart/mixed; boundary="b1"\r\nContent-Transfer-Encoding: base64\r\n\r\n',
      base64Lines(mailWith(needle, {}, { head: '', typeLine: '' })),
    ),
  );
  add('cte-space-colon', (needle) =>
    multipart([
      textPart,
      bytes(
        'Content-Type: application/octet-stream\r\nContent-Transfer-Encoding : base64\r\n\r\n',
        base64Lines(needle),
      ),
    ]),
  );
  const disposed = (name: string, disposition: string, type = 'application/octet-stream'): void =>
    add(`filename-${name}`, (needle) => mailWith(needle, { type, disposition }));
  disposed('2231', "attachment; filename*0*=utf-8''%D1%81%D1%87; filename*1*=%D1%91%D1%82.com");
  disposed('encoded-word', 'attachment; filename="=?utf-8?B?0YHRh9GR0YIuY29t?="');
  disposed(
    'two',
    'attachment; filename="a.txt"; filename="eicar.com"',
    'application/octet-stream; name="eicar.com"',
  );
});
