import { gzipSync } from 'node:zlib';
import { bytes, le16, le64, repeated, scrambled, zeros } from '../layouts/byte-layout.js';
import { oleOf } from '../layouts/ole-layout.js';
import { plainPdf } from '../layouts/pdf-layout.js';
import {
  rar4,
  rar4EncryptedHeaders,
  rar5,
  rar5EncryptedHeaders,
  rar5EncryptionRecord,
} from '../layouts/rar-layout.js';
import { tarOf } from '../layouts/tar-layout.js';
import { oneEntryZip, zipOf, zipped } from '../layouts/zip-layout.js';
import { infoZip, passwordZip, sevenZip } from '../making/compressors.js';
import { kindsOf } from '../making/kind.js';
import { madeBy } from '../making/run-tool.js';
import { outlookMessage } from './office.js';

const said = 'encrypted';
const encrypted = { said };

export const encryptedArchiveKinds = kindsOf('encrypted', 'first', (add) => {
  add('zip-zipcrypto', (needle) => passwordZip(needle), encrypted);
  add(
    'zip-aes256',
    (needle) => sevenZip(needle, '-tzip -mem=AES256 -pinfected', { out: 'a.zip' }),
    encrypted,
  );
  add(
    'zip-aes128',
    (needle) => sevenZip(needle, '-tzip -mem=AES128 -pinfected', { out: 'a.zip' }),
    encrypted,
  );
  add('7z-encrypted', (needle) => sevenZip(needle, '-pinfected'), encrypted);
  add('7z-encrypted-names', (needle) => sevenZip(needle, '-pinfected -mhe=on'), encrypted);
  add(
    'zip-in-encrypted-zip',
    (needle) => infoZip({ 'a.zip': zipped(needle) }, 'zip -q -P infected b.zip a.zip', 'b.zip'),
    encrypted,
  );
  add(
    'encrypted-zip-in-tar-gz',
    async (needle) => gzipSync(tarOf([['a.zip', await passwordZip(needle)]])),
    encrypted,
  );
  add(
    'zip-strong-encryption',
    (needle) =>
      oneEntryZip(needle, {
        packed: scrambled(needle),
        method: 8,
        local: { flags: 0x41, version: 50 },
        directory: { flags: 0x2041, version: 50 },
      }),
    encrypted,
  );
  const hidden = (needle: Buffer): Buffer => bytes(scrambled(needle), zeros(12));
  add('rar4-encrypted', (needle) => rar4(needle, { fileFlags: 4, stored: hidden(needle) }), encrypted);
  add('rar4-encrypted-headers', () => rar4EncryptedHeaders(), encrypted);
  add(
    'rar5-encrypted',
    (needle) => rar5(needle, { extra: rar5EncryptionRecord(), stored: hidden(needle) }),
    encrypted,
  );
  add('rar5-encrypted-headers', () => rar5EncryptedHeaders(), encrypted);
  add(
    'arj-encrypted',
    (needle) =>
      madeBy({
        needs: ['arj'],
        files: { 'eicar.com': needle },
        script: 'arj a -y -ginfected a.arj eicar.com >/dev/null',
        out: 'a.arj',
      }),
    encrypted,
  );
});

const odfManifest =
  '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="content.xml" manifest:size="68"><manifest:encryption-data manifest:checksum-type="SHA1/1K" manifest:checksum="AAAA"><manifest:algorithm manifest:algorithm-name="http://www.w3.org/2001/04/xmlenc#aes256-cbc" manifest:initialisation-vector="AAAAAAAAAAAAAAAAAAAAAA=="/></manifest:encryption-data></manifest:file-entry></manifest:manifest>';

export const encryptedDocumentKinds = kindsOf('encrypted', 'first', (add) => {
  add(
    'odt-encrypted',
    (needle) =>
      zipOf([
        ['mimetype', 'application/vnd.oasis.opendocument.text'],
        ['META-INF/manifest.xml', odfManifest],
        ['content.xml', repeated(scrambled(needle), 3)],
      ]),
    encrypted,
  );
  add(
    'ole-docx-encrypted',
    (needle) =>
      oleOf([
        ['EncryptionInfo', '\x04\0\x04\0\x40\0\0\0<?xml version="1.0"?><encryption/>'],
        ['EncryptedPackage', bytes(le64(68), repeated(scrambled(needle), 100))],
      ]),
    encrypted,
  );
  add(
    'ole-xls-filepass',
    (needle) =>
      oleOf([
        [
          'Workbook',
          bytes(
            '\x09\x08\x10\0\0\x06\x05\0\xf2\x15\xcc\x07\0\0\0\0\x06\0\0\0',
            '\x2f\0\x36\0\x01\0\x01\0\x01\0',
            ...['\x33'.repeat(48), scrambled(needle), zeros(4100)],
          ),
        ],
      ]),
    encrypted,
  );
  add(
    'ole-doc-fencrypted',
    () =>
      oleOf([
        ['WordDocument', bytes('\xec\xa5\xc1\0\0\0\0\0\0\0', le16(0x100), zeros(4100))],
        ['1Table', bytes('\x01\0\x01\0', '\x44'.repeat(48), zeros(4100))],
      ]),
    encrypted,
  );
  add('msg-encrypted-zip', async (needle) => outlookMessage(await passwordZip(needle), 'a.zip'), encrypted);
  const qpdf = (needle: Buffer, encryption: string, more = ''): Promise<Buffer> =>
    madeBy({
      needs: ['qpdf'],
      files: { 'i.pdf': plainPdf(), 'eicar.com': needle },
      script: `qpdf --warning-exit-0 ${more} i.pdf --add-attachment eicar.com -- --encrypt ${encryption} -- o.pdf`,
      out: 'o.pdf',
    });
  add('pdf-encrypted-user', (needle) => qpdf(needle, 'infected owner 256'), encrypted);
  add('pdf-encrypted-owner-only', (needle) => qpdf(needle, '"" owner 256'));
  add('pdf-encrypted-owner-only-rc4', (needle) =>
    qpdf(needle, '"" owner 128 --use-aes=n', '--allow-weak-crypto'),
  );
  add('pdf-encrypted-owner-only-aes128', (needle) =>
    qpdf(needle, '"" owner 128 --use-aes=y', '--allow-weak-crypto'),
  );
});
