import { createCipheriv, createHash } from 'node:crypto';
import { brotliCompressSync, deflateSync } from 'node:zlib';
import { type Piece, bytes, noise, zeros } from '../layouts/byte-layout.js';
import { pages, pdfOf, pdfStream, pdfWithFile } from '../layouts/pdf-layout.js';
import { encrypted } from '../making/kind-options.js';
import { kindsOf } from '../making/kind.js';
import { fullZip } from './intruder-texts.js';

const sum = (...pieces: readonly Piece[]): Buffer =>
  createHash('sha256')
    .update(bytes(...pieces))
    .digest();
const hexText = (content: Buffer): string => `<${content.toString('hex')}>`;
const key = noise(110, 32);

/** AES-256 with a vector in front, as revision 5 has it. */
function sealed(content: Buffer): Buffer {
  const vector = noise(111, 16);
  const cipher = createCipheriv('aes-256-cbc', key, vector);
  return bytes(vector, cipher.update(content), cipher.final());
}

const usualFilters = '/CF << /StdCF << /CFM /AESV3 /AuthEvent /DocOpen /Length 32 >> >>';
/** A password opens it, usually the empty one. */
function encryption(filters = `${usualFilters} /StmF /StdCF /StrF /StdCF`, password = ''): string {
  const [proof, opening] = [noise(112, 8), noise(113, 8)];
  const wrapped = (salt: Buffer): Buffer => {
    const cipher = createCipheriv('aes-256-cbc', sum(password, salt), zeros(16)).setAutoPadding(false);
    return bytes(cipher.update(key), cipher.final());
  };
  const user = bytes(sum(password, proof), proof, opening);
  return `<< /Filter /Standard /V 5 /R 5 /Length 256 /P -4 /O ${hexText(noise(114, 48))} /OE ${hexText(noise(115, 32))} /U ${hexText(user)} /UE ${hexText(wrapped(opening))} /Perms ${hexText(noise(116, 16))} ${filters} >>`;
}
const ids = '/ID [<00> <00>]';
const named = (file: Piece, more: readonly Piece[], trailer: string): Buffer =>
  pdfOf(
    [
      '<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [(a) 4 0 R] >> >> >>',
      ...pages,
      '<< /Type /Filespec /F (eicar.com) /EF << /F 5 0 R >> >>',
      file,
      ...more,
    ],
    trailer,
  );
const embedded = '/Type /EmbeddedFile';
const onlyFiles = `${usualFilters} /StmF /Identity /StrF /Identity /EFF /StdCF`;

export const intruderSealedPdfKinds = kindsOf('pdf', 'further', (add) => {
  add('pdf-encrypted-revision-5', (needle) =>
    named(
      pdfStream(sealed(deflateSync(bytes(needle))), `${embedded} /Filter /FlateDecode`),
      [encryption()],
      `/Encrypt 6 0 R ${ids}`,
    ),
  );
  add('pdf-only-files-encrypted', (needle) =>
    named(pdfStream(sealed(needle), embedded), [encryption(onlyFiles)], `/Encrypt 6 0 R ${ids}`),
  );
  add(
    'pdf-only-files-encrypted-under-password',
    (needle) =>
      named(
        pdfStream(sealed(needle), embedded),
        [encryption(onlyFiles, 'long secret words')],
        `/Encrypt 6 0 R ${ids}`,
      ),
    encrypted,
  );
  add('pdf-crypt-filter-named', (needle) =>
    named(
      pdfStream(sealed(needle), `${embedded} /Filter /Crypt /DecodeParms << /Name /StdCF >>`),
      [encryption(`${usualFilters} /StmF /Identity /StrF /Identity`)],
      `/Encrypt 6 0 R ${ids}`,
    ),
  );
  add('pdf-crypt-filter-identity-in-encrypted', (needle) =>
    named(
      pdfStream(needle, `${embedded} /Filter [/Crypt] /DecodeParms [<< /Name /Identity >>]`),
      [encryption()],
      `/Encrypt 6 0 R ${ids}`,
    ),
  );
  add('pdf-strings-encrypted-alone', (needle) =>
    pdfOf(
      [
        `<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS ${hexText(sealed(needle))} >> >>`,
        ...pages,
        encryption(`${usualFilters} /StmF /Identity /StrF /StdCF`),
      ],
      `/Encrypt 4 0 R ${ids}`,
    ),
  );
  add('pdf-encryption-filters-elsewhere', (needle) =>
    named(
      pdfStream(sealed(needle), embedded),
      [
        encryption('/CF 7 0 R /StmF /StdCF /StrF /StdCF'),
        '<< /StdCF 8 0 R >>',
        '<< /CFM /AESV3 /Length 32 >>',
      ],
      `/Encrypt 6 0 R ${ids}`,
    ),
  );
  add('pdf-decoy-encryption', (needle) =>
    named(
      pdfStream(needle, embedded),
      [encryption(), pdfStream(bytes(`\ntrailer << /Encrypt 6 0 R ${ids} >>\n`))],
      ids,
    ),
  );
  add('pdf-field-value-encrypted', (needle) =>
    pdfOf(
      [
        `<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [<< /T (a) /V ${hexText(sealed(bytes(fullZip(needle).toString('base64'))))} >>] >> >>`,
        ...pages,
        encryption(),
      ],
      `/Encrypt 4 0 R ${ids}`,
    ),
  );
});

/** Differences of words of so many bits in one row (TIFF 6.0, section 14). */
function differenced(content: Buffer, bits: number): Buffer {
  const count = (content.length * 8) / bits;
  const [read, write] = [
    (at: number): number => {
      let value = 0;
      for (let bit = at * bits; bit < (at + 1) * bits; bit += 1)
        value = value * 2 + (((content[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1);
      return value;
    },
    (to: Buffer, at: number, value: number): void => {
      for (let bit = 0; bit < bits; bit += 1)
        if ((value >> (bits - 1 - bit)) & 1) {
          const place = at * bits + bit;
          to[place >> 3] = (to[place >> 3] ?? 0) | (0x80 >> (place & 7));
        }
    },
  ];
  const out = zeros(content.length);
  for (let at = 0; at < count; at += 1)
    write(out, at, (read(at) - (at === 0 ? 0 : read(at - 1)) + 2 ** bits) % 2 ** bits);
  return out;
}

export const intruderPdfKinds = kindsOf('pdf', 'further', (add) => {
  for (const bits of [16, 4, 2, 1])
    add(`pdf-predictor-tiff-of-${bits}-bits`, (needle) =>
      pdfWithFile(
        deflateSync(differenced(needle, bits)),
        `/Filter /FlateDecode /DecodeParms << /Predictor 2 /Columns ${(needle.length * 8) / bits} /BitsPerComponent ${bits} >>`,
      ),
    );
  add('pdf-attachment-brotli', (needle) => pdfWithFile(brotliCompressSync(needle), '/Filter /BrotliDecode'));
  for (const filter of ['CCITTFaxDecode', 'JBIG2Decode', 'DCTDecode', 'JPXDecode', 'LZ4Decode'])
    add(
      `pdf-attachment-${filter.toLowerCase().replace('decode', '')}`,
      () => pdfWithFile(noise(117, 300), `/Filter /${filter}`),
      {
        said: 'a filter of pictures, on a file',
      },
    );
  add(
    'pdf-script-of-pixels',
    () =>
      pdfOf([
        '<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS 4 0 R >> >>',
        ...pages,
        pdfStream(noise(118, 300), '/Filter [/CCITTFaxDecode] /DecodeParms [<< /K -1 /Columns 800 >>]'),
      ]),
    { said: 'a filter of pictures, on a script' },
  );
  add('pdf-object-stream-counted-elsewhere', (needle) => {
    const inner = bytes('7 0 ', '<< /Type /Filespec /F (eicar.com) /EF << /F 4 0 R >> >>');
    return pdfOf([
      '<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [(a) 7 0 R] >> >> >>',
      ...pages,
      pdfStream(deflateSync(bytes(needle)), '/Filter /FlateDecode'),
      pdfStream(deflateSync(inner), '/Type /ObjStm /N 6 0 R /First 8 0 R /Filter /FlateDecode'),
      '1',
      'null',
      '4',
    ]);
  });
  add('pdf-field-value-octal', (needle) =>
    pdfOf([
      `<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [<< /T (a) /V (${[...bytes(fullZip(needle).toString('base64'))].map((byte) => `\\${byte.toString(8)}`).join('')}) >>] >> >>`,
      ...pages,
    ]),
  );
  add('pdf-field-value-broken-lines', (needle) =>
    pdfOf([
      `<< /Type /Catalog /Pages 2 0 R /Info << /Title (${fullZip(needle).toString('base64').replace(/.{40}/g, '$&\\\n')}) >> >>`,
      ...pages,
    ]),
  );
  add('pdf-field-value-hex-of-base64', (needle) =>
    pdfOf([
      `<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [<< /T (a) /V ${hexText(bytes(fullZip(needle).toString('base64')))} >>] >> >>`,
      ...pages,
    ]),
  );
  add('pdf-link-data-url-octal', (needle) =>
    pdfOf([
      '<< /Type /Catalog /Pages 2 0 R >>',
      '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Annots [<< /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (${[...bytes(`data:text/html;base64,${needle.toString('base64')}`)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')}) >> >>] >>`,
    ]),
  );
  add('pdf-field-value-wide', (needle) =>
    pdfOf([
      `<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [<< /T (a) /V ${hexText(bytes('\xfe\xff', Buffer.from(fullZip(needle).toString('base64'), 'utf16le').swap16()))} >>] >> >>`,
      ...pages,
    ]),
  );
});
