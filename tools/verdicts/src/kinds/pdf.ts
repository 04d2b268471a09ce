import { deflateSync } from 'node:zlib';
import { bytes, repeated } from '../layouts/byte-layout.js';
import { ascii85, pages, pdfOf, pdfStream, pdfWithFile, plainPdf } from '../layouts/pdf-layout.js';
import { zipped } from '../layouts/zip-layout.js';
import { kindsOf } from '../making/kind.js';
import { madeBy } from '../making/run-tool.js';

const flate = '/Filter /FlateDecode';
const packedFile = (needle: Buffer): Buffer => pdfWithFile(deflateSync(needle), flate);

export const pdfKinds = kindsOf('pdf', 'first', (add) => {
  add('pdf-attachment-plain', (needle) => pdfWithFile(needle));
  add('pdf-attachment-flate', packedFile);
  add('pdf-attachment-hex', (needle) =>
    pdfWithFile(bytes(needle.toString('hex'), '>'), '/Filter /ASCIIHexDecode'),
  );
  add('pdf-attachment-a85', (needle) => pdfWithFile(bytes(ascii85(needle), '~>'), '/Filter /ASCII85Decode'));
  add('pdf-attachment-a85-flate', (needle) =>
    pdfWithFile(bytes(ascii85(deflateSync(needle)), '~>'), '/Filter [/ASCII85Decode /FlateDecode]'),
  );
  add('pdf-attachment-rl', (needle) =>
    pdfWithFile(bytes([needle.length - 1], needle, [0x80]), '/Filter /RunLengthDecode'),
  );
  add('pdf-attachment-flate-abbrev', (needle) => pdfWithFile(deflateSync(needle), '/Filter /F#6cateDecode'));
  add('pdf-attachment-zip', (needle) => pdfWithFile(deflateSync(zipped(needle)), flate));
  const qpdf = (needle: Buffer, more: string): Promise<Buffer> =>
    madeBy({
      needs: ['qpdf'],
      files: { 'i.pdf': plainPdf(), 'eicar.com': needle },
      script: `qpdf --warning-exit-0 i.pdf --add-attachment eicar.com -- ${more} o.pdf`,
      out: 'o.pdf',
    });
  add('pdf-qpdf-attachment', (needle) => qpdf(needle, ''));
  add('pdf-qpdf-object-streams', (needle) => qpdf(needle, '--object-streams=generate'));
  add('pdf-javascript', (needle) =>
    pdfOf([
      '<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS 4 0 R >> >>',
      ...pages,
      pdfStream(deflateSync(needle), flate),
    ]),
  );
  add('pdf-header-at-500', (needle) => bytes(repeated('junk in front of it ', 25), packedFile(needle)));
  add('pdf-no-xref', (needle) => {
    const whole = packedFile(needle);
    return bytes(whole.subarray(0, whole.lastIndexOf('xref\n0')), 'trailer << /Root 1 0 R >>\n%%EOF');
  });
});
