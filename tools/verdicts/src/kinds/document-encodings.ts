import { deflateSync } from 'node:zlib';
import { bytes, le16, le32, padded, zeros } from '../layouts/byte-layout.js';
import { addressLines, attachment, base64Lines, versionLine } from '../layouts/mail-layout.js';
import { ole10Native, oleOf } from '../layouts/ole-layout.js';
import { pdfWithFile } from '../layouts/pdf-layout.js';
import { text } from '../making/kind-options.js';
import { kindsOf } from '../making/kind.js';
import { docx, rtfObject } from './office.js';

export const documentEncodingKinds = kindsOf('office', 'further', (add) => {
  add('rtf-object-binary', (needle) => {
    const native = Buffer.from(rtfObject(needle), 'hex');
    return bytes(`{\\rtf1{\\object\\objemb{\\*\\objdata \\bin${native.length} `, native, '}}}');
  });
  add('mht-activemime', (needle) => {
    const data = deflateSync(oleOf([['\x01Ole10Native', ole10Native(needle)]]));
    const mso = bytes('ActiveMime\0\0', le16(0x1f0), le32(4, 0xffffffff, 0xa0000), zeros(24), data);
    return bytes(
      'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b1"\r\n\r\n--b1\r\nContent-Type: text/html\r\n\r\n<html></html>\r\n--b1\r\nContent-Location: file:///C:/x/editdata.mso\r\nContent-Transfer-Encoding: base64\r\nContent-Type: application/x-mso\r\n\r\n',
      base64Lines(mso),
      '\r\n--b1--\r\n',
    );
  });
  add('docx-html-chunk', (needle) =>
    docx([
      [
        'word/afchunk.htm',
        bytes(
          `<html><a href="data:application/octet-stream;base64,${needle.toString('base64')}">x</a></html>`,
        ),
      ],
    ]),
  );
  add('pdf-lzw', (needle) => pdfWithFile(lzwLiterals(needle), '/Filter /LZWDecode'));
  add('pdf-predictor', (needle) =>
    pdfWithFile(
      deflateSync(
        bytes(
          ...(needle.toString('latin1').match(/.{1,17}/gs) ?? []).map((row) => bytes([0], padded(row, 17))),
        ),
      ),
      '/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 17 >>',
    ),
  );
  add(
    'emlx',
    (needle) => {
      const mail = bytes(
        addressLines,
        versionLine,
        'Content-Type: multipart/mixed; boundary="b1"\r\n\r\n--b1\r\n',
        attachment(needle),
        '\r\n--b1--\r\n',
      );
      return bytes(
        `${mail.length}\n`,
        mail,
        '<?xml version="1.0" encoding="UTF-8"?><plist version="1.0"><dict/></plist>\n',
      );
    },
    text,
  );
});

/** Codes of nine bits for bytes as they are, cleared before any longer code would come. */
function lzwLiterals(content: Buffer): Buffer {
  const codes = [256, ...[...content], 257];
  const bits = codes.map((code) => code.toString(2).padStart(9, '0')).join('');
  return bytes((bits.match(/.{1,8}/g) ?? []).map((eight) => Number.parseInt(eight.padEnd(8, '0'), 2)));
}
