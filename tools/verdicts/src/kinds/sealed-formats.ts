import { deflateSync } from 'node:zlib';
import { type Piece, be32, bytes, fromHex, le16, le32, le64, noise, zeros } from '../layouts/byte-layout.js';
import { oleOf } from '../layouts/ole-layout.js';
import { zipOf } from '../layouts/zip-layout.js';
import { encrypted } from '../making/kind-options.js';
import { kindsOf } from '../making/kind.js';

/** Rights management. */
export const rightsManagedKinds = kindsOf('office', 'further', (add) => {
  add(
    'ole-rights-managed',
    (needle) =>
      oleOf([
        ['\x09DRMContent', bytes(le64(needle.length), noise(155, 5000))],
        ['WordDocument', bytes([0xec, 0xa5, 0xc1, 0], zeros(600))],
      ]),
    encrypted,
  );
  add(
    'rights-managed-message',
    () => {
      const inner = oleOf([
        ['\x09DRMContent', bytes(le64(900), noise(156, 5000))],
        ['\x06DataSpaces', { folder: [['Version', zeros(80)]] }],
      ]);
      const blocks = Array.from({ length: Math.ceil(inner.length / 4096) }, (_, at) => {
        const piece = inner.subarray(at * 4096, at * 4096 + 4096);
        const packed = deflateSync(piece);
        return bytes(le32(0x0fa0, piece.length, packed.length), packed);
      });
      return bytes(fromHex('76e80460c411e386'), ...blocks);
    },
    encrypted,
  );
  add(
    'epub-protected',
    () =>
      zipOf([
        ['mimetype', 'application/epub+zip'],
        ['META-INF/container.xml', '<container/>'],
        [
          'META-INF/encryption.xml',
          '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container" xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData><enc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes256-cbc"/><enc:CipherData><enc:CipherReference URI="OEBPS/a.html"/></enc:CipherData></enc:EncryptedData></encryption>',
        ],
        ['OEBPS/a.html', noise(157, 900)],
      ]),
    encrypted,
  );
  add(
    'epub-with-veiled-fonts',
    () =>
      zipOf([
        ['mimetype', 'application/epub+zip'],
        [
          'META-INF/encryption.xml',
          '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container" xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData><enc:EncryptionMethod Algorithm="http://www.idpf.org/2008/embedding"/><enc:CipherData><enc:CipherReference URI="a.otf"/></enc:CipherData></enc:EncryptedData></encryption>',
        ],
        ['a.otf', noise(158, 900)],
      ]),
    { clean: 'it holds a font, and nothing else' },
  );
});

export const sealedFormatKinds = kindsOf('encrypted', 'further', (add) => {
  const files: Readonly<Record<string, Buffer>> = {
    'rights-managed-file': bytes('.pfile\x01\0\x01\0', noise(160, 900)),
    axcrypt: bytes(fromHex('c0b9072e4f93f146a015792ca1d9e821'), noise(161, 900)),
    keepass: bytes(fromHex('03d9a29a67fb4bb5'), le16(1, 4), noise(162, 900)),
    'keepass-1': bytes(fromHex('03d9a29a65fb4bb5'), noise(163, 900)),
    scrypt: bytes('scrypt\0\x0e', noise(164, 900)),
    'gpg-aead': bytes([0xc3, 0x1e, 5, 9, 2, 3, 8], noise(165, 25), [0xd4, 0x80], noise(166, 128)),
    'gpg-version-6': bytes(
      [0xc3, 0x1b, 6, 0x18, 9, 2, 4, 0, 1],
      noise(167, 20),
      [0xd2, 0x50, 2, 9, 2, 6],
      noise(168, 76),
    ),
    'android-backup-sealed': bytes(
      'ANDROID BACKUP\n5\n1\nAES-256\n',
      noise(169, 32).toString('hex').toUpperCase(),
      '\n',
      noise(170, 32).toString('hex').toUpperCase(),
      '\n10000\n',
      noise(171, 16).toString('hex').toUpperCase(),
      '\n',
      noise(172, 96).toString('hex').toUpperCase(),
      '\n',
      noise(173, 512),
    ),
    'dmg-encrypted-1': bytes(noise(174, 4096), be32(1), zeros(64), 'cdsaencr'),
    mcrypt: bytes('\0m\x03@rijndael-128\0 \0cbc\0mcrypt-sha1\0', [0x15], noise(175, 300)),
  };
  for (const [name, content] of Object.entries(files))
    add(name, () => content, {
      ...encrypted,
      ...(name === 'dmg-encrypted-1' && { endsAnywhere: 'it says so in its last bytes' }),
    });
  add(
    'cms-authenticated-data',
    (needle) => {
      const element = (tag: number, ...pieces: readonly Piece[]): Buffer => {
        const body = bytes(...pieces);
        return bytes(
          [tag],
          body.length < 128 ? [body.length] : [0x82, body.length >> 8, body.length & 255],
          body,
        );
      };
      const data = element(0x30, fromHex('06092a864886f70d010701'), element(0xa0, element(0x04, needle)));
      return element(
        0x30,
        fromHex('060b2a864886f70d0109100102'),
        element(
          0xa0,
          element(
            0x30,
            [2, 1, 0],
            element(0x31),
            element(0x30, fromHex('06082a864886f70d0209')),
            data,
            element(0x04, noise(176, 32)),
          ),
        ),
      );
    },
    { said: 'a kind of CMS that is not opened' },
  );
});
