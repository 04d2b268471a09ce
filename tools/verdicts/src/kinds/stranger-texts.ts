import { bytes, utf16 } from '../layouts/byte-layout.js';
import { base64Lines, uuencoded } from '../layouts/mail-layout.js';
import { base64 } from '../layouts/text-layout.js';
import { zipped } from '../layouts/zip-layout.js';
import { text } from '../making/kind-options.js';
import { kindsOf } from '../making/kind.js';

const hexBytes = (content: Buffer): string[] => content.toString('hex').match(/../g) ?? [];
const marked = (content: string): Buffer => bytes([0xff, 0xfe], utf16(content));

/** Scripts that carry a file as text. */
export const strangerScriptKinds = kindsOf('active', 'further', (add) => {
  const script = (name: string, write: (needle: Buffer) => string): void =>
    add(`script-${name}`, (needle) => bytes(write(needle)), text);
  script('js-from-char-code', (needle) => `var s=String.fromCharCode(${[...needle].join(',')});save(s);\r\n`);
  script(
    'js-hex-escapes',
    (needle) =>
      `var s="${hexBytes(needle)
        .map((hex) => `\\x${hex}`)
        .join('')}";save(s);\r\n`,
  );
  script(
    'js-octal-escapes',
    (needle) =>
      `var s="${[...needle].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')}";save(s);\r\n`,
  );
  script(
    'js-brace-escapes',
    (needle) =>
      `var s="${hexBytes(needle)
        .map((hex) => `\\u{${hex}}`)
        .join('')}";save(s);\r\n`,
  );
  script(
    'vbs-chr-joined',
    (needle) => `s = ${[...needle].map((byte) => `Chr(${byte})`).join(' & ')}\r\nf.Write s\r\n`,
  );
  script(
    'vbs-chr-hex-lines',
    (needle) =>
      `s = ${[...needle].map((byte) => `ChrW(&H${byte.toString(16)})`).join('+_\r\n ')}\r\nf.Write s\r\n`,
  );
  script('vbs-array', (needle) => `a = Array(${[...zipped(needle)].join(', ')})\r\nFor Each b In a\r\n`);
  script(
    'powershell-chars-joined',
    (needle) => `$s=${[...needle].map((byte) => `[char]${byte}`).join('+')};Set-Content x.com $s\r\n`,
  );
  script(
    'powershell-byte-array',
    (needle) =>
      `[byte[]]$b = ${hexBytes(zipped(needle))
        .map((hex) => `0x${hex}`)
        .join(',')}\r\n`,
  );
  script(
    'powershell-encoded-command',
    (needle) => `@powershell -NoP -W Hidden -EncodedCommand ${base64(utf16(needle.toString('latin1')))}\r\n`,
  );
  script(
    'csharp-byte-array',
    (needle) =>
      `class P { static byte[] b = new byte[] {\r\n${hexBytes(zipped(needle))
        .map((hex) => `0x${hex.toUpperCase()}`)
        .join(', ')
        .replace(/(.{72})/g, '$1\r\n')} }; }\r\n`,
  );
  script('hex-string', (needle) => `$h = "${zipped(needle).toString('hex').toUpperCase()}"\r\n`);
  script('sql-blob', (needle) => `INSERT INTO t VALUES (0x${zipped(needle).toString('hex')});\r\n`);
  script(
    'python-bytes',
    (needle) =>
      `open("x.zip","wb").write(b"${hexBytes(zipped(needle))
        .map((hex) => `\\x${hex}`)
        .join('')}")\n`,
  );
  add(
    'script-certutil-hex-dump',
    (needle) =>
      bytes(
        ...(
          zipped(needle)
            .toString('hex')
            .match(/.{1,32}/g) ?? []
        ).map(
          (line, row) =>
            `    ${(row * 16).toString(16).padStart(4, '0')}  ${(line.match(/../g) ?? []).join(' ').replace(/^(.{23}) /, '$1  ')}   ................\r\n`,
        ),
      ),
    text,
  );
  add(
    'reg-hex',
    (needle) =>
      marked(
        `Windows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER\\Software\\X]\r\n"Data"=hex:${hexBytes(
          zipped(needle),
        )
          .join(',')
          .replace(/(.{75})/g, '$1\\\r\n  ')}\r\n`,
      ),
    text,
  );
  add('script-utf16-base64', (needle) => marked(`$b = "${base64(zipped(needle))}"\r\n`), text);
  add(
    'certutil-pem-utf16',
    (needle) =>
      marked(`-----BEGIN CERTIFICATE-----\r\n${base64Lines(needle, 64)}-----END CERTIFICATE-----\r\n`),
    text,
  );
  add(
    'certutil-pem-bom',
    (needle) =>
      bytes(
        [0xef, 0xbb, 0xbf],
        `-----BEGIN CERTIFICATE-----\r\n${base64Lines(needle, 64)}-----END CERTIFICATE-----\r\n`,
      ),
    text,
  );
  add('uu-bom', (needle) => bytes([0xef, 0xbb, 0xbf], uuencoded(needle)), text);
});

/** Pages that write what they hold in another way. */
export const strangerPageKinds = kindsOf('active', 'further', (add) => {
  const page = (name: string, body: (url: string, needle: Buffer) => string): void =>
    add(
      `html-${name}`,
      (needle) =>
        bytes(
          `<!DOCTYPE html><html><body>${body(`data:application/octet-stream;base64,${base64(needle)}`, needle)}</body></html>`,
        ),
      text,
    );
  page(
    'data-url-blanks-in-type',
    (_, needle) => `<a href="data:text/plain; charset=utf-8; base64,${base64(needle)}">x</a>`,
  );
  page(
    'data-url-long-type',
    (_, needle) => `<a href="data:text/plain;x=${'y'.repeat(600)};base64,${base64(needle)}">x</a>`,
  );
  page(
    'data-url-named-entities',
    (url) =>
      `<a href="${url.replace(/[:;,]/g, (char) => (char === ':' ? '&colon;' : char === ';' ? '&semi;' : '&comma;'))}">x</a>`,
  );
  page('data-url-newline-in-scheme', (url) => `<a href="${url.replace('data', 'da\r\nta')}">x</a>`);
  page(
    'data-url-entity-newline',
    (url) => `<a href="${url.replace('data', 'da&#10;ta').replace('base', 'ba&Tab;se')}">x</a>`,
  );
  page('srcdoc', (url) => `<iframe srcdoc="&lt;a href=&quot;${url}&quot; download&gt;x&lt;/a&gt;"></iframe>`);
  add(
    'ics-bom',
    (needle) =>
      bytes(
        [0xef, 0xbb, 0xbf],
        `BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nATTACH;ENCODING=BASE64;VALUE=BINARY:${base64(needle)}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`,
      ),
    text,
  );
  add(
    'vcard-utf16',
    (needle) =>
      marked(`BEGIN:VCARD\r\nVERSION:3.0\r\nFN:x\r\nKEY;ENCODING=b:${base64(needle)}\r\nEND:VCARD\r\n`),
    text,
  );
  add(
    'vcs-attachment-quoted-printable',
    (needle) =>
      bytes(
        `BEGIN:VCALENDAR\r\nVERSION:1.0\r\nBEGIN:VEVENT\r\nATTACH;ENCODING=QUOTED-PRINTABLE:${hexBytes(needle)
          .map((hex) => `=${hex.toUpperCase()}`)
          .join('')
          .replace(/(.{60})/g, '$1=\r\n')}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`,
      ),
    text,
  );
  add(
    'svg-entities',
    (needle) =>
      bytes(
        `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "${base64(needle).slice(0, 40)}"><!ENTITY b "${base64(needle).slice(40)}">]><svg xmlns="http://www.w3.org/2000/svg"><image href="data:application/octet-stream;base64,&a;&b;"/></svg>`,
      ),
    text,
  );
  add(
    'xdp',
    (needle) =>
      bytes(
        `<?xml version="1.0"?><xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/"><pdf xmlns="http://ns.adobe.com/xdp/pdf/"><document><chunk>${base64Lines(zipped(needle), 72)}</chunk></document></pdf></xdp:xdp>`,
      ),
    text,
  );
});
