import { gzipSync } from 'node:zlib';
import { bytes } from '../layouts/byte-layout.js';
import { base64Lines, uuencoded } from '../layouts/mail-layout.js';
import { zipWithNoise, zipped } from '../layouts/zip-layout.js';
import { text } from '../making/kind-options.js';
import { kindsOf } from '../making/kind.js';

const longZip = zipWithNoise(7, 400);

export const dataInTextKinds = kindsOf('active', 'further', (add) => {
  const pem = (needle: Buffer): string =>
    `-----BEGIN CERTIFICATE-----\r\n${base64Lines(needle, 64)}-----END CERTIFICATE-----\r\n`;
  add('certutil-pem', (needle) => bytes(pem(needle)), text);
  add('certutil-pem-zip', (needle) => bytes(pem(longZip(needle))), text);
  add(
    'certutil-batch',
    (needle) => bytes('@echo off\r\ncertutil -decode "%~f0" x.exe\r\nexit /b\r\n', pem(needle)),
    text,
  );
  const page = (body: string): Buffer => bytes(`<!DOCTYPE html><html><body>${body}</body></html>`);
  const url = (needle: Buffer): string => `data:application/zip;base64,${zipped(needle).toString('base64')}`;
  add(
    'html-data-url-entities',
    (needle) => page(`<a href="${url(needle).replace(':', '&#58;').replace(',', '&#x2c;')}">x</a>`),
    text,
  );
  add(
    'html-data-url-newlines',
    (needle) => page(`<a href="${url(needle).replace(/(.{40})/g, '$1\n')}">x</a>`),
    text,
  );
  add(
    'html-script-hex-escapes',
    (needle) =>
      page(
        `<script>var s="${[...needle].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}";new Blob([s])</script>`,
      ),
    text,
  );
  add(
    'html-script-unicode-escapes',
    (needle) =>
      page(
        `<script>var s="${[...needle].map((byte) => `\\u${byte.toString(16).padStart(4, '0')}`).join('')}";new Blob([s])</script>`,
      ),
    text,
  );
  add(
    'html-unescape',
    (needle) =>
      page(
        `<script>new Blob([unescape("${[...needle].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')}")])</script>`,
      ),
    text,
  );
  add('html-pre-uuencode', (needle) => page(`<pre>\n${uuencoded(needle, 'eicar.com', '\n')}</pre>`), text);
  add('svgz', (needle) =>
    gzipSync(bytes(`<svg xmlns="http://www.w3.org/2000/svg"><image href="${url(needle)}"/></svg>`)),
  );
  add(
    'fb2-binary',
    (needle) =>
      bytes(
        `<?xml version="1.0"?><FictionBook><binary id="a" content-type="application/zip">${longZip(needle).toString('base64')}</binary></FictionBook>`,
      ),
    text,
  );
  add(
    'plist-data',
    (needle) =>
      bytes(
        `<?xml version="1.0"?><plist version="1.0"><dict><key>f</key><data>\n${base64Lines(longZip(needle), 68)}</data></dict></plist>`,
      ),
    text,
  );
  add(
    'vcard-key',
    (needle) =>
      bytes(
        'BEGIN:VCARD\r\nVERSION:3.0\r\nFN:x\r\nKEY;ENCODING=b:',
        needle.toString('base64'),
        '\r\nEND:VCARD\r\n',
      ),
    text,
  );
  add(
    'vcard-4-data-uri',
    (needle) => bytes('BEGIN:VCARD\r\nVERSION:4.0\r\nFN:x\r\nPHOTO:', url(needle), '\r\nEND:VCARD\r\n'),
    text,
  );
  add(
    'ics-attach-data-uri',
    (needle) =>
      bytes('BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nATTACH:', url(needle), '\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n'),
    text,
  );
});
