import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { bytes, padded, utf16 } from '../layouts/byte-layout.js';
import { base64Lines } from '../layouts/mail-layout.js';
import { ascii85 } from '../layouts/pdf-layout.js';
import { base32, base64, base85, chunks, encodedScript } from '../layouts/text-layout.js';
import { zipWithNoise, zipped } from '../layouts/zip-layout.js';
import { text } from '../making/kind-options.js';
import { kindsOf } from '../making/kind.js';

const longZip = zipWithNoise(41);
const reversed = (content: string): string => [...content].reverse().join('');

/** Droppers as they are written in scripts of every kind. */
export const outsiderScriptKinds = kindsOf('active', 'further', (add) => {
  const script = (name: string, write: (needle: Buffer) => string): void =>
    add(name, (needle) => bytes(write(needle)), text);
  script('jse', (needle) => encodedScript(needle));
  script(
    'html-encoded-script',
    (needle) =>
      `<html><script language="JScript.Encode">${encodedScript(bytes(`var f = "${base64(longZip(needle))}";`))}</script></html>`,
  );
  script('bat-echo-base64', (needle) =>
    chunks(base64(longZip(needle)), 76)
      .map((line) => `echo ${line} >> %TEMP%\\f.b64\r\n`)
      .join(''),
  );
  script('bat-echo-base64-first-new', (needle) =>
    chunks(base64(longZip(needle)), 60)
      .map((line, at) => `echo ${line}>${at === 0 ? '' : '>'}f.b64\r\n`)
      .join(''),
  );
  script('bat-echo-hex', (needle) =>
    chunks(longZip(needle).toString('hex'), 64)
      .map((line) => `echo ${line} >> f.hex\r\n`)
      .join(''),
  );
  script(
    'vba-joined-lines',
    (needle) =>
      `Sub a()\r\n${chunks(base64(longZip(needle)), 80)
        .map((line, at) => `  s${at} = "${line}"\r\n`)
        .join('')}End Sub\r\n`,
  );
  script('vba-hex-lines', (needle) =>
    chunks(longZip(needle).toString('hex'), 80)
      .map((line) => `s = s & "${line}"\r\n`)
      .join(''),
  );
  script(
    'vbs-hex-numbers',
    (needle) =>
      `a = Array(${[...longZip(needle)].map((byte) => `&H${byte.toString(16).padStart(2, '0')}`).join(',')})\r\n`,
  );
  script(
    'powershell-gzip-base64',
    (needle) => `$b=[Convert]::FromBase64String("${base64(gzipSync(needle))}")`,
  );
  script(
    'powershell-deflate-base64',
    (needle) =>
      `IEX (New-Object IO.StreamReader(New-Object IO.Compression.DeflateStream([IO.MemoryStream][Convert]::FromBase64String('${base64(deflateRawSync(needle))}'),[IO.Compression.CompressionMode]::Decompress))).ReadToEnd()`,
  );
  script(
    'php-gzinflate',
    (needle) => `<?php eval(gzinflate(base64_decode('${base64(deflateRawSync(longZip(needle)))}'))); ?>`,
  );
  script(
    'php-gzuncompress',
    (needle) => `<?php eval(gzuncompress(base64_decode("${base64(deflateSync(needle))}"))); ?>`,
  );
  script(
    'python-zlib-base64',
    (needle) => `exec(zlib.decompress(base64.b64decode(b'${base64(deflateSync(needle))}')))\n`,
  );
  script('python-b85', (needle) => `d = base64.b85decode("${base85(longZip(needle))}")\n`);
  script(
    'python-a85',
    (needle) => `d = base64.a85decode("<~${ascii85(longZip(needle)).toString('latin1')}~>", adobe=True)\n`,
  );
  script('python-b32', (needle) => `d = base64.b32decode("${base32(longZip(needle))}")\n`);
  script('base32-file', (needle) => `${chunks(base32(longZip(needle)), 76).join('\n')}\n`);
  script(
    'ascii85-file',
    (needle) => `<~${chunks(ascii85(longZip(needle)).toString('latin1'), 75).join('\n')}~>\n`,
  );
  script(
    'javascript-pako',
    (needle) => `const d = pako.inflate(atob('${base64(deflateSync(longZip(needle)))}'));`,
  );
  script(
    'reversed-base64',
    (needle) => `$s = "${reversed(base64(longZip(needle)))}"; $s[-1..-($s.Length)] -join ''\n`,
  );
  script('reversed-hex', (needle) => `s = "${reversed(longZip(needle).toString('hex'))}"[::-1]\n`);
  script('powershell-decimals-split', (needle) => `$b = "${[...longZip(needle)].join(' ')}" -split ' '\n`);
  script('decimals-one-a-line', (needle) => `${[...longZip(needle)].join('\r\n')}\r\n`);
  script('decimals-with-semicolons', (needle) => `d="${[...longZip(needle)].join(';')}"\n`);
  script(
    'binary-digits',
    (needle) => `b = "${[...longZip(needle)].map((byte) => byte.toString(2).padStart(8, '0')).join(' ')}"\n`,
  );
  script(
    'c-escapes-in-lines',
    (needle) =>
      `unsigned char f[] =\n${chunks(longZip(needle).toString('hex'), 28)
        .map((line) => `"${line.replace(/../g, '\\x$&')}"\n`)
        .join('')};\n`,
  );
  script('js-unicode-pairs', (needle) => {
    const zip = longZip(needle);
    return `unescape("${padded(zip, zip.length + (zip.length % 2))
      .swap16()
      .toString('hex')
      .replace(/..../g, '%u$&')}")`;
  });
  script('ini-continued-lines', (needle) => `data = ${chunks(base64(longZip(needle)), 70).join('\\\n  ')}\n`);
  script('yaml-quoted-list', (needle) =>
    chunks(base64(longZip(needle)), 64)
      .map((line) => `  - ${line}\n`)
      .join(''),
  );
  script(
    'shared-strings-cells',
    (needle) =>
      `<?xml version="1.0"?><sst>${chunks(base64(longZip(needle)), 200)
        .map((line) => `<si><t>${line}</t></si>`)
        .join('')}</sst>`,
  );
  script(
    'mail-quoted-base64',
    (needle) => `Am 1.1. schrieb Bob:\r\n${base64Lines(longZip(needle)).replace(/^(?=.)/gm, '> ')}`,
  );
  script(
    'excel-char-formula',
    (needle) => `<c><f>${[...zipped(needle)].map((byte) => `CHAR(${byte})`).join('&amp;')}</f></c>`,
  );
  script(
    'sylk-char-formula',
    (needle) =>
      `ID;PWXL;N;E\r\nC;X1;Y1;E${[...zipped(needle)].map((byte) => `CHAR(${byte})`).join('&')}\r\nE\r\n`,
  );
  script(
    'settings-content-command',
    (needle) =>
      `<?xml version="1.0"?><PCSettings><SearchableContent><ApplicationInformation><DeepLink>powershell -enc ${utf16(needle.toString('latin1')).toString('base64')}</DeepLink></ApplicationInformation></SearchableContent></PCSettings>`,
  );
  script(
    'internet-shortcut-data-url',
    (needle) => `[InternetShortcut]\r\nURL=data:application/octet-stream;base64,${base64(needle)}\r\n`,
  );
  script(
    'ics-escaped-data-url',
    (needle) =>
      `BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nX-ALT-DESC;FMTTYPE=text/html:<a href="data:application/zip\\;base64\\,${base64(longZip(needle))}">x</a>\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`,
  );
  script(
    'html-javascript-url-percent',
    (needle) =>
      `<html><a href="javascript:location=%22data:application/zip%3Bbase64%2C${base64(longZip(needle))}%22">x</a></html>`,
  );
  script(
    'html-base64-in-attribute',
    (needle) => `<html><div hidden data-f="${base64(longZip(needle))}"></div></html>`,
  );
  script(
    'html-chunks-in-elements',
    (needle) =>
      `<html>${chunks(base64(longZip(needle)), 100)
        .map((line) => `<p class="c">${line}</p>`)
        .join('\n')}</html>`,
  );
  script(
    'html-all-entities',
    (needle) =>
      `<html><body><pre>${[...`<a href="data:a/b;base64,${base64(needle)}">x</a>`].map((char) => `&#${char.charCodeAt(0)};`).join('')}</pre></body></html>`,
  );
  script('css-chunks-in-content', (needle) =>
    chunks(base64(longZip(needle)), 90)
      .map((line, at) => `.a${at}{content:"${line}"}\n`)
      .join(''),
  );
  script(
    'source-map-source',
    (needle) =>
      `{"version":3,"sources":["a.js"],"sourcesContent":["var f='${base64(longZip(needle))}'\\n"],"mappings":""}`,
  );
  script(
    'dxl-file-data-lines',
    (needle) =>
      `<?xml version="1.0"?><document><file><filedata>\n${base64Lines(longZip(needle))}</filedata></file></document>`,
  );
  script(
    'graph-content-bytes',
    (needle) =>
      `{"@odata.type":"#microsoft.graph.fileAttachment","name":"a.com","contentBytes":"${base64(needle)}"}`,
  );
  add(
    'html-utf16-no-mark',
    (needle) =>
      utf16(`\r\n<html><a href="data:application/octet-stream;base64,${base64(needle)}">x</a></html>`),
    text,
  );
  add(
    'script-utf16-no-mark',
    (needle) => utf16(`$b = [Convert]::FromBase64String("${base64(longZip(needle))}")\r\n`),
    text,
  );
  add(
    'script-utf32',
    (needle) =>
      bytes(
        [0xff, 0xfe, 0, 0],
        ...[...`$b = "${base64(longZip(needle))}"`].map((char) => bytes(char, [0, 0, 0])),
      ),
    text,
  );
  add(
    'vcard-xml',
    (needle) =>
      bytes(
        `<?xml version="1.0"?><vcards><vcard><photo><uri>data:application/zip;base64,${base64(longZip(needle))}</uri></photo></vcard></vcards>`,
      ),
    text,
  );
});
