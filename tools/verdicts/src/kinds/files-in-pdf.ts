import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { bytes, replaced } from '../layouts/byte-layout.js';
import { ascii85, pages, pdfOf, pdfStream, pdfWithFile } from '../layouts/pdf-layout.js';
import { base64 } from '../layouts/text-layout.js';
import { zipWithNoise } from '../layouts/zip-layout.js';
import { carrier, text } from '../making/kind-options.js';
import { kindsOf } from '../making/kind.js';

const flate = '/Filter /FlateDecode';

const longZip = zipWithNoise(61);

export const fileInPdfKinds = kindsOf('pdf', 'further', (add) => {
  add(
    'pdf-xfa-in-pieces',
    (needle) => {
      const data = base64(longZip(needle));
      return pdfOf([
        '<< /Type /Catalog /Pages 2 0 R /AcroForm << /XFA [(preamble) 4 0 R (datasets) 5 0 R (postamble) 6 0 R] >> >>',
        ...pages,
        pdfStream(deflateSync(bytes(`<xdp:xdp xmlns:xdp="x"><chunk>${data.slice(0, 300)}`)), flate),
        pdfStream(deflateSync(bytes(data.slice(300, 700))), flate),
        pdfStream(deflateSync(bytes(`${data.slice(700)}</chunk></xdp:xdp>`)), flate),
      ]);
    },
    { heldTwin: 'base64 that a stream cuts' },
  );
  add('pdf-string-base64', (needle) =>
    pdfOf([
      `<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [<< /T (a) /V (${base64(longZip(needle))}) >>] >> >>`,
      ...pages,
    ]),
  );
  add('pdf-string-hex-of-file', (needle) =>
    pdfOf([
      `<< /Type /Catalog /Pages 2 0 R /X << /Contents <${longZip(needle).toString('hex')}> >> >>`,
      ...pages,
    ]),
  );
  add('pdf-inline-image', (needle) =>
    pdfOf([
      '<< /Type /Catalog /Pages 2 0 R >>',
      ...pages,
      pdfStream(bytes('BI /W 8 /H 8 /F /Fl ID ', deflateSync(longZip(needle)), '\nEI\n')),
    ]),
  );
  add('pdf-flate-broken-checksum', (needle) => {
    const packed = deflateSync(bytes(needle));
    packed[packed.length - 1] = (packed[packed.length - 1] ?? 0) ^ 0xff;
    return pdfWithFile(packed, flate);
  });
  add('pdf-flate-without-head', (needle) => pdfWithFile(deflateRawSync(needle), flate), {
    heldTwin: 'a stream without its head, which readers forgive and the standard does not',
  });
  add('pdf-flate-behind-line-break', (needle) =>
    pdfWithFile(bytes('\r\n', deflateSync(bytes(needle))), flate),
  );
  add('pdf-crypt-filter-identity', (needle) =>
    pdfWithFile(
      deflateSync(bytes(needle)),
      '/Filter [/Crypt /FlateDecode] /DecodeParms [<< /Name /Identity >> null]',
    ),
  );
  add('pdf-script-in-octal', (needle) =>
    pdfOf([
      `<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (${[...needle].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')}) >> >>`,
      ...pages,
    ]),
  );
  add('pdf-rendition-script', (needle) =>
    pdfOf([
      '<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /Rendition /JS 4 0 R >> >>',
      ...pages,
      pdfStream(deflateSync(bytes(`var f = "${base64(longZip(needle))}";`)), flate),
    ]),
  );
  add(
    'pdf-no-endstream',
    (needle) => replaced(pdfWithFile(deflateSync(bytes(needle)), flate), '\nendstream', '\n'),
    { heldTwin: 'a stream without an end' },
  );
  add(
    'pdf-base64-behind-end',
    (needle) => bytes(pdfWithFile(Buffer.from('hello')), '\n', base64(longZip(needle)), '\n'),
    carrier,
  );
  add('pdf-gz-behind-end', (needle) => bytes(pdfWithFile(Buffer.from('hello')), gzipSync(needle)), carrier);
  add(
    'eps-ascii85',
    (needle) =>
      bytes(
        '%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\ncurrentfile /ASCII85Decode filter\n',
        ascii85(longZip(needle)).toString('latin1'),
        '~>\n%%EOF\n',
      ),
    text,
  );
  add(
    'eps-hex',
    (needle) =>
      bytes(
        `%!PS-Adobe-3.0\ncurrentfile /ASCIIHexDecode filter\n${(
          longZip(needle)
            .toString('hex')
            .match(/.{1,64}/g) ?? []
        ).join('\n')}>\n`,
      ),
    text,
  );
});
