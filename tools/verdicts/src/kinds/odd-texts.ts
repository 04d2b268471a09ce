import { deflateSync } from 'node:zlib';
import { bytes, utf16 } from '../layouts/byte-layout.js';
import { attachment, base64Lines, multipart, textPart } from '../layouts/mail-layout.js';
import { ole10Native, oleOf } from '../layouts/ole-layout.js';
import { pages, pdfOf, pdfStream } from '../layouts/pdf-layout.js';
import { zipped } from '../layouts/zip-layout.js';
import { text } from '../making/kind-options.js';
import { kindsOf } from '../making/kind.js';

/** Files as text. */
export const oddTextKinds = kindsOf('active', 'further', (add) => {
  add(
    'json-data-url',
    (needle) => bytes(`{"file":"data:application/zip;base64,${zipped(needle).toString('base64')}"}`),
    text,
  );
  add(
    'json-base64',
    (needle) => bytes(`{"name":"a.zip","content":"${zipped(needle).toString('base64')}"}`),
    text,
  );
  add(
    'notebook-attachment',
    (needle) =>
      bytes(
        `{"nbformat":4,"cells":[{"attachments":{"a.zip":{"application/zip":"${zipped(needle).toString('base64')}"}}}]}`,
      ),
    text,
  );
  add(
    'har',
    (needle) =>
      bytes(
        `{"log":{"entries":[{"response":{"content":{"mimeType":"application/zip","encoding":"base64","text":"${zipped(needle).toString('base64')}"}}}]}}`,
      ),
    text,
  );
  add(
    'soap-base64',
    (needle) =>
      bytes(
        `<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><file>${zipped(needle).toString('base64')}</file></s:Body></s:Envelope>`,
      ),
    text,
  );
  add(
    'flat-opc',
    (needle) =>
      bytes(
        `<?xml version="1.0"?><?mso-application progid="Word.Document"?><pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage"><pkg:part pkg:name="/word/embeddings/a.bin"><pkg:binaryData>${base64Lines(oleOf([['\x01Ole10Native', ole10Native(needle)]]))}</pkg:binaryData></pkg:part></pkg:package>`,
      ),
    text,
  );
  add(
    'powershell-from-base64',
    (needle) =>
      bytes(
        `$b=[Convert]::FromBase64String("${zipped(needle).toString('base64')}");[IO.File]::WriteAllBytes("x.zip",$b)\r\n`,
      ),
    text,
  );
  add(
    'shell-base64-here',
    (needle) =>
      bytes(`#!/bin/sh\nbase64 -d >x.zip <<EOF\n${base64Lines(zipped(needle)).replaceAll('\r', '')}EOF\n`),
    text,
  );
  add(
    'python-b64decode',
    (needle) =>
      bytes(
        `import base64\nopen("x.zip","wb").write(base64.b64decode("${zipped(needle).toString('base64')}"))\n`,
      ),
    text,
  );
  add(
    'ldif-photo',
    (needle) =>
      bytes(`dn: cn=x\njpegPhoto:: ${zipped(needle).toString('base64').replace(/.{76}/g, '$&\n ')}\n`),
    text,
  );
  add(
    'yaml-binary',
    (needle) =>
      bytes(
        `file: !!binary |\n${base64Lines(zipped(needle)).replaceAll('\r\n', '\n').replace(/^/gm, '  ')}\n`,
      ),
    text,
  );
  add(
    'css-data-url',
    (needle) =>
      bytes(`@font-face{src:url(data:application/zip;base64,${zipped(needle).toString('base64')})}`),
    text,
  );
  add(
    'markdown-data-url',
    (needle) =>
      bytes(`# Title\n\n[file](data:application/zip;base64,${zipped(needle).toString('base64')})\n`),
    text,
  );
  add(
    'html-utf16-data-url',
    (needle) =>
      bytes(
        [0xff, 0xfe],
        utf16(
          `<html><body><a href="data:application/zip;base64,${zipped(needle).toString('base64')}">x</a></body></html>`,
        ),
      ),
    text,
  );
  add(
    'vcard-2-photo',
    (needle) =>
      bytes(
        `BEGIN:VCARD\r\nVERSION:2.1\r\nFN:x\r\nPHOTO;TYPE=JPEG;ENCODING=BASE64:\r\n ${zipped(needle).toString('base64').replace(/.{72}/g, '$&\r\n ')}\r\n\r\nEND:VCARD\r\n`,
      ),
    text,
  );
  add(
    'mmdf-mailbox',
    (needle) => bytes('\x01\x01\x01\x01\n', multipart([textPart, attachment(needle)]), '\x01\x01\x01\x01\n'),
    text,
  );
});

/** What a PDF may hold besides attachments by name. */
export const oddPdfKinds = kindsOf('pdf', 'further', (add) => {
  const catalog = (entries: string): string => `<< /Type /Catalog /Pages 2 0 R ${entries} >>`;
  add('pdf-portfolio', (needle) =>
    pdfOf([
      catalog(
        '/Collection << /Type /Collection /View /D >> /Names << /EmbeddedFiles << /Names [(a.zip) 4 0 R] >> >>',
      ),
      ...pages,
      '<< /Type /Filespec /F (a.zip) /UF (a.zip) /EF << /F 5 0 R /UF 5 0 R >> >>',
      pdfStream(
        deflateSync(zipped(needle)),
        '/Type /EmbeddedFile /Subtype /application#2Fzip /Filter /FlateDecode',
      ),
    ]),
  );
  add('pdf-xfa-base64', (needle) =>
    pdfOf([
      catalog('/AcroForm << /XFA 4 0 R >>'),
      ...pages,
      pdfStream(
        deflateSync(
          bytes(
            `<xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/"><template><image contentType="application/zip" transferEncoding="base64">${zipped(needle).toString('base64')}</image></template></xdp:xdp>`,
          ),
        ),
        '/Filter /FlateDecode',
      ),
    ]),
  );
  add('pdf-rich-media', (needle) =>
    pdfOf([
      catalog(''),
      ...pages,
      '<< /Type /Annot /Subtype /RichMedia /RichMediaContent << /Assets << /Names [(a.swf) 5 0 R] >> >> >>',
      '<< /Type /Filespec /F (a.swf) /EF << /F 6 0 R >> >>',
      pdfStream(needle, '/Type /EmbeddedFile'),
    ]),
  );
});
