import { deflateSync } from 'node:zlib';
import { bytes, fromHex, le32, le64, noise, zeros } from '../layouts/byte-layout.js';
import { rar4 } from '../layouts/rar-layout.js';
import { base64 } from '../layouts/text-layout.js';
import { kindsOf } from '../making/kind.js';
import { madeBy } from '../making/run-tool.js';

const smuggled = 'a page ends where it ends; the rest of the script may be missing';
const text = { endsAnywhere: smuggled };

/** Pages and pictures that hold or build a file. */
export const pageKinds = kindsOf('active', 'first', (add) => {
  const link = (needle: Buffer): string => `data:application/octet-stream;base64,${base64(needle)}`;
  add(
    'html-data-url',
    (needle) => bytes(`<html><body><a download="eicar.com" href="${link(needle)}">x</a></body></html>`),
    text,
  );
  add(
    'html-smuggling-js',
    (needle) =>
      bytes(
        `<html><script>var b=atob("${base64(needle)}");var a=document.createElement("a");a.href=URL.createObjectURL(new Blob([b]));a.download="eicar.com";a.click()</script></html>`,
      ),
    text,
  );
  add(
    'html-smuggling-array',
    (needle) =>
      bytes(
        `<html><script>var u=new Uint8Array([${[...needle].join(',')}]);saveAs(new Blob([u]),"eicar.com")</script></html>`,
      ),
    text,
  );
  add(
    'html-img-data-url',
    (needle) => bytes(`<html><body><img src="data:image/png;base64,${base64(needle)}"></body></html>`),
    text,
  );
  const svg = '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg">';
  add(
    'svg-script',
    (needle) => bytes(`${svg}<script><![CDATA[var b=atob("${base64(needle)}");]]></script></svg>`),
    text,
  );
  add('svg-data-url', (needle) => bytes(`${svg}<a href="${link(needle)}"><text>x</text></a></svg>`), text);
  add(
    'mhtml',
    (needle) =>
      bytes(
        'From: <Saved by Blink>\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; type="text/html"; boundary="b1"\r\n\r\n--b1\r\nContent-Type: text/html\r\n\r\n<html></html>\r\n--b1\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\nContent-Location: http://x/eicar.com\r\n\r\n',
        base64(needle),
        '\r\n--b1--\r\n',
      ),
    text,
  );
  add(
    'word2003-xml-bindata',
    (needle) =>
      bytes(
        `<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"><w:docOleData><w:binData w:name="oledata.mso">${base64(needle)}</w:binData></w:docOleData></w:wordDocument>`,
      ),
    text,
  );
});

/** OneNote keeps each file between two marks ([MS-ONESTORE] 2.6.13). */
export const oneNote = (content: Buffer): Buffer =>
  bytes(
    ...[
      fromHex('e4525c7b8cd8a74daeb15378d02996d3'),
      zeros(1024 - 16),
      fromHex('e716e3bd65261145a4c48d4d0b7a9eac'),
    ],
    ...[le64(content.length), zeros(12), content, zeros((8 - (content.length % 8)) % 8)],
    ...[fromHex('22a7fb71790f0b4abb13899256426b24'), zeros(512)],
  );

export const fileKinds = kindsOf('active', 'first', (add) => {
  add(
    'lnk-appended',
    (needle) => bytes(fromHex('4c0000000114020000000000c000000000000046'), zeros(56), '\0\0\0\0', needle),
    { endsAnywhere: 'what stands behind a link is nothing that the link knows of' },
  );
  add('onenote', oneNote);
  add('swf-cws', (needle) => bytes('CWS\x08', le32(8 + needle.length), deflateSync(needle)));
  add(
    'ics-attach',
    (needle) =>
      bytes(
        `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nATTACH;FMTTYPE=application/octet-stream;ENCODING=BASE64;VALUE=BINARY:${needle.toString('base64')}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`,
      ),
    text,
  );
  const picture = bytes('\x89PNG\r\n\x1a\n', noise(5, 500));
  add('png-appended', (needle) => bytes(picture, needle), {
    clean: 'bare bytes behind a picture: no reader shows them as a file, and rules see them in the picture',
  });
  add('png-appended-rar', (needle) => bytes(picture, rar4(needle)), {
    endsAnywhere: 'what remains may be no more than the picture',
  });
  add('asar', (needle) => {
    const head = `{"files":{"eicar.com":{"size":${needle.length},"offset":"0"}}}`;
    return bytes(le32(4, head.length + 8, head.length + 4, head.length), head, needle);
  });
  add(
    'sqlite-blob',
    (needle) =>
      madeBy({
        needs: ['sqlite3'],
        script: `sqlite3 a.db "create table t(b); insert into t values(x'${needle.toString('hex')}');"`,
        out: 'a.db',
      }),
    { clean: 'a value in a table: no reader shows it as a file, and rules see it in the database' },
  );
});
