import { deflateSync } from 'node:zlib';
import { bytes, noise, utf16 } from '../layouts/byte-layout.js';
import { base64Lines, tnef } from '../layouts/mail-layout.js';
import { tarOf } from '../layouts/tar-layout.js';
import { base64 } from '../layouts/text-layout.js';
import { zipWithNoise } from '../layouts/zip-layout.js';
import { bzip2, lz4, lzip, zstd } from '../making/compressors.js';
import { text } from '../making/kind-options.js';
import { kindsOf } from '../making/kind.js';

const hex = (content: Buffer): string => content.toString('hex');
/** Long enough for lines, with every character of base64 in it. */
const longZip = zipWithNoise(21);
const lines = (content: Buffer, lineEnd: string, before = ''): string =>
  base64Lines(content).trimEnd().replaceAll('\r\n', `${lineEnd}${before}`);

/** Addresses that hold a file. */
export const newcomerAddressKinds = kindsOf('active', 'further', (add) => {
  const page = (name: string, body: (needle: Buffer) => string): void =>
    add(`html-${name}`, (needle) => bytes(`<!DOCTYPE html><html><body>${body(needle)}</body></html>`), text);
  const url = (needle: Buffer): string => `data:application/octet-stream;base64,${base64(needle)}`;
  page(
    'data-url-plain-with-brackets',
    (needle) => `<a href="data:text/plain,${needle.toString('latin1').replace('%', '%25')}">x</a>`,
  );
  page('srcset', (needle) => `<img srcset="${url(needle)} 1x, other.png 2x">`);
  page(
    'data-url-type-3000',
    (needle) => `<a href="data:text/plain;x=${'y'.repeat(3000)};base64,${base64(needle)}">x</a>`,
  );
  page(
    'data-url-escaped-iso-2022',
    (needle) => `<a href="${url(needle).replace('base64,', 'base64,\x1b(B')}">x</a>`,
  );
  page('template-in-script', (needle) => `<script>location.href=\`${url(needle)}\`</script>`);
  page('comment-in-svg', (needle) => `<svg><image href="${url(needle)}"/><!-- x --></svg>`);
  page(
    'script-slash-escapes',
    (needle) =>
      `<script>f("data:application\\/octet-stream;base64,${base64(longZip(needle)).replaceAll('/', '\\/')}")</script>`,
  );
  add(
    'ics-image-folded',
    (needle) =>
      bytes(
        `BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nIMAGE;VALUE=URI:data:image/png;base64,\r\n ${base64(needle).replace(/.{60}/g, '$&\r\n ')}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`,
      ),
    text,
  );
  add(
    'vcard-bare-base64',
    (needle) =>
      bytes(`BEGIN:VCARD\r\nVERSION:2.1\r\nPHOTO;JPEG;BASE64:\r\n ${base64(needle)}\r\n\r\nEND:VCARD\r\n`),
    text,
  );
  add(
    'vcard-quoted-encoding',
    (needle) => bytes(`BEGIN:VCARD\r\nVERSION:3.0\r\nKEY;ENCODING="B":${base64(needle)}\r\nEND:VCARD\r\n`),
    text,
  );
  add(
    'vcard-grouped-data-uri',
    (needle) => bytes(`BEGIN:VCARD\r\nVERSION:4.0\r\nitem1.KEY:${url(needle)}\r\nEND:VCARD\r\n`),
    text,
  );
  add(
    'vcard-behind-blank-lines',
    (needle) =>
      bytes(
        '\r\n'.repeat(40),
        `BEGIN:VCARD\r\nVERSION:3.0\r\nKEY;ENCODING=b:${base64(needle)}\r\nEND:VCARD\r\n`,
      ),
    text,
  );
  add(
    'vnote',
    (needle) =>
      bytes(`BEGIN:VNOTE\r\nVERSION:1.1\r\nBODY;ENCODING=BASE64:${base64(needle)}\r\nEND:VNOTE\r\n`),
    text,
  );
});

/** Base64 as programs write it into other text. */
export const newcomerBase64Kinds = kindsOf('active', 'further', (add) => {
  const script = (name: string, write: (needle: Buffer) => string): void =>
    add(name, (needle) => bytes(write(needle)), text);
  script(
    'json-escaped-slashes',
    (needle) => `{"content":"${base64(longZip(needle)).replaceAll('/', '\\/')}"}`,
  );
  script(
    'json-escaped-plus',
    (needle) =>
      `{"content":"${base64(longZip(needle)).replaceAll('+', '\\u002B').replaceAll('=', '\\u003D')}"}`,
  );
  script('json-escaped-line-breaks', (needle) => `{"content":"${lines(longZip(needle), '\\r\\n')}\\n"}`);
  script(
    'js-joined-base64-of-text',
    (needle) => `var a = "${base64(needle).replace(/.{40}/, '$&" +\n  "')}";\n`,
  );
  script('hex-zip-lines', (needle) => `x = '${hex(longZip(needle)).replace(/.{64}/g, '$&\\\n')}'\n`);
  script(
    'json-behind-500-texts',
    (needle) =>
      `[${Array.from({ length: 500 }, (_, at) => `"${base64(bytes(`${at}`.padStart(60, 'a word ')))}"`).join()},"${base64(needle)}"]`,
  );
  add('json-zstd', async (needle) => bytes(`{"content":"${base64(await zstd(longZip(needle)))}"}`), text);
  add('json-bzip2', async (needle) => bytes(`{"content":"${base64(await bzip2(needle))}"}`), text);
  add('json-lz4', async (needle) => bytes(`{"content":"${base64(await lz4(needle))}"}`), text);
  add('json-lzip', async (needle) => bytes(`{"content":"${base64(await lzip(needle))}"}`), text);
  script('json-tnef', (needle) => `{"content":"${base64(tnef(needle))}"}`);
  script('json-tar', (needle) => `{"name":"a.tar","content":"${base64(tarOf([['eicar.com', needle]]))}"}`);
  script(
    'json-base64url',
    (needle) =>
      `{"data":"${base64(longZip(needle)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}"}`,
  );
  script(
    'json-gmail-raw',
    (needle) =>
      `{"raw":"${base64(
        bytes(
          `From: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64Lines(needle)}`,
        ),
      )
        .replaceAll('+', '-')
        .replaceAll('/', '_')}"}`,
  );
  script('json-base64-of-text', (needle) => `{"fileName":"eicar.com","contentBytes":"${base64(needle)}"}`);
  script(
    'har-base64-of-text',
    (needle) =>
      `{"log":{"entries":[{"response":{"content":{"encoding":"base64","text":"${base64(needle)}"}}}]}}`,
  );
  script(
    'yaml-deep-indentation',
    (needle) => `a:\n  b:\n    file: |\n${' '.repeat(14)}${lines(longZip(needle), '\n', ' '.repeat(14))}\n`,
  );
  script(
    'kubernetes-secret',
    (needle) => `apiVersion: v1\nkind: Secret\ndata:\n  eicar.com: ${base64(needle)}\n`,
  );
  script(
    'xml-comment-within',
    (needle) =>
      `<?xml version="1.0"?><w:binData>${base64(needle).slice(0, 30)}<!-- x -->${base64(needle).slice(30)}</w:binData>`,
  );
  script(
    'xml-cdata',
    (needle) => `<?xml version="1.0"?><w:binData><![CDATA[${base64(needle)}]]></w:binData>`,
  );
  script(
    'xml-cdata-in-two',
    (needle) =>
      `<?xml version="1.0"?><data><![CDATA[${base64(needle).slice(0, 30)}]]><![CDATA[${base64(needle).slice(30)}]]></data>`,
  );
  script(
    'xml-entities-within',
    (needle) =>
      `<?xml version="1.0"?><w:binData>${base64(needle).replace(/(.{20})/g, '$1&#10;')}</w:binData>`,
  );
  script(
    'xml-own-entities',
    (needle) =>
      `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "${base64(needle).slice(0, 30)}"><!ENTITY b "${base64(needle).slice(30)}">]><x><data>&a;&b;</data></x>`,
  );
  script(
    'msc-binary',
    (needle) =>
      `<?xml version="1.0"?><MMC_ConsoleFile><BinaryStorage><Binary Name="x">${base64(needle)}</Binary></BinaryStorage></MMC_ConsoleFile>`,
  );
  script(
    'resx-value',
    (needle) =>
      `<?xml version="1.0"?><root><data name="f" mimetype="application/x-microsoft.net.object.bytearray.base64"><value>${base64(needle)}</value></data></root>`,
  );
  script(
    'enex-resource',
    (needle) =>
      `<?xml version="1.0"?><en-export><note><resource><data encoding="base64">\n${base64Lines(needle)}</data></resource></note></en-export>`,
  );
  script(
    'dxl-file-data',
    (needle) =>
      `<?xml version="1.0"?><document><item name="$FILE"><object><file name="eicar.com"><filedata>\n${base64Lines(needle)}</filedata></file></object></item></document>`,
  );
  script(
    'xfdf-hex',
    (needle) =>
      `<?xml version="1.0"?><xfdf xmlns="http://ns.adobe.com/xfdf/"><annots><fileattachment file="eicar.com"><data MODE="raw" encoding="hex" length="68">${hex(needle)}</data></fileattachment></annots></xfdf>`,
  );
  script(
    'xfdf-hex-flate',
    (needle) =>
      `<?xml version="1.0"?><xfdf xmlns="http://ns.adobe.com/xfdf/"><annots><fileattachment file="eicar.com"><data MODE="filtered" encoding="hex" filter="FlateDecode">${hex(deflateSync(needle)).toUpperCase()}</data></fileattachment></annots></xfdf>`,
  );
  script(
    'vba-base64-lines',
    (needle) =>
      `Sub x()\r\ns = ""\r\n${lines(longZip(needle), '"\r\ns = s & "', '').replace(/^/, 's = s & "')}"\r\nEnd Sub\r\n`,
  );
  script('js-base64-array', (needle) => `var a=["${lines(longZip(needle), '",\n"')}"].join("");save(a);\n`);
  script(
    'c-base64-literals',
    (needle) => `static const char f[] =\n  "${lines(longZip(needle), '"\n  "')}";\n`,
  );
  script('vbs-continued-base64', (needle) => `s = "${lines(longZip(needle), '" & _\r\n    "')}"\r\n`);
  script('js-base64-of-text', (needle) => `var a="${base64(needle)}";save(window["atob"](a));\n`);
  script('hex-of-text', (needle) => `$h = "${hex(needle)}"\r\n`);
  script(
    'reg-hex-of-text',
    (needle) =>
      `REGEDIT4\r\n\r\n[HKEY_CURRENT_USER\\Software\\X]\r\n"Data"=hex:${(hex(needle).match(/../g) ?? []).join(',').replace(/(.{75})/g, '$1\\\r\n  ')}\r\n`,
  );
  script(
    'encoded-command-en-dash',
    (needle) => `powershell \u0096enc ${base64(utf16(needle.toString('latin1')))}\r\n`,
  );
  script(
    'encoded-command-carets',
    (needle) => `cmd /c power^shell -e^n^c ${base64(utf16(needle.toString('latin1')))}\r\n`,
  );
  script(
    'encoded-command-of-base64',
    (needle) =>
      `powershell -e ${base64(utf16(`[IO.File]::WriteAllBytes("x.com",[Convert]::FromBase64String("${base64(needle)}"))`))}\r\n`,
  );
  script(
    'certutil-label-with-dots',
    (needle) =>
      `-----BEGIN X.509 CERTIFICATE-----\r\n${base64Lines(needle, 64)}-----END X.509 CERTIFICATE-----\r\n`,
  );
  script(
    'certutil-label-empty',
    (needle) => `-----BEGIN -----\r\n${base64Lines(needle, 64)}-----END -----\r\n`,
  );
  script(
    'uu-behind-1500-words',
    (needle) =>
      `${'we begin here\n'.repeat(1500)}-----BEGIN X-----\n${base64Lines(needle, 64)}-----END X-----\n`,
  );
  add(
    'xml-utf16-no-mark',
    (needle) =>
      bytes(
        utf16(`<?xml version="1.0" encoding="UTF-16"?><w:binData>${base64(longZip(needle))}</w:binData>`),
      ),
    text,
  );
  add(
    'xml-utf16-big-endian-no-mark',
    (needle) =>
      bytes(
        utf16(
          `<?xml version="1.0" encoding="UTF-16"?><w:binData>${base64(longZip(needle))}</w:binData>`,
        ).swap16(),
      ),
    text,
  );
  add('p7m-base64-without-armor', (needle) => bytes(base64(signed(needle))), text);
  add('zip-in-base64-file', (needle) => bytes(base64Lines(longZip(needle))), text);
});

/** Signed, opaque, by no one (RFC 5652, 5). */
function signed(content: Buffer): Buffer {
  const element = (tag: number, ...pieces: Buffer[]): Buffer => {
    const body = bytes(...pieces);
    const length = body.length < 128 ? [body.length] : [0x82, body.length >> 8, body.length & 255];
    return bytes([tag], length, body);
  };
  const id = (last: number): Buffer =>
    element(6, Buffer.from(`2a864886f70d0107${last.toString(16).padStart(2, '0')}`, 'hex'));
  const inner = element(0x30, id(1), element(0xa0, element(4, content)));
  const version = element(2, Buffer.from([1]));
  const certificates = element(0xa0, element(0x30, noise(31, 260)));
  return element(
    0x30,
    id(2),
    element(0xa0, element(0x30, version, element(0x31), inner, certificates, element(0x31))),
  );
}
