import { deflateRawSync } from 'node:zlib';
import { bytes, fromHex, le16, le32, le64, noise, padded, utf16, zeros } from '../layouts/byte-layout.js';
import { markedAsDicom, program } from '../layouts/program-layout.js';
import { tarOf } from '../layouts/tar-layout.js';
import { compressZ, lz4, lzip, lzop } from '../making/compressors.js';
import { carrier, closed, encrypted } from '../making/kind-options.js';
import { kindsOf } from '../making/kind.js';
import { fullZip } from './intruder-texts.js';

const script = { endsAnywhere: 'what stands in front is a script of its own' };
const inLines = (encoded: string): string => `${(encoded.match(/.{1,64}/g) ?? []).join('\n')}\n`;
const behindScript = (packed: Buffer): Buffer =>
  bytes(
    '#!/bin/sh\n',
    '# a line of a long script that unpacks itself\n'.repeat(200),
    'tail -n +203 "$0" | unpack\nexit 0\n',
    packed,
  );

/** Scripts and programs that unpack themselves. */
export const installerKinds = kindsOf('archive', 'further', (add) => {
  for (const [name, pack] of Object.entries({ lz4, lzop, compress: compressZ, lzip }))
    add(
      `script-with-${name}`,
      async (needle) => behindScript(await pack(tarOf([['eicar.com', needle]]))),
      carrier,
    );
  add('script-with-bzip3', () => behindScript(bytes('BZ3v1', le32(1 << 20), noise(120, 200))), {
    ...closed,
    ...script,
  });
  add(
    'script-with-openssl',
    () => behindScript(bytes(inLines(bytes('Salted__', noise(121, 200)).toString('base64')))),
    { ...encrypted, ...script },
  );
  add(
    'script-with-gpg',
    () =>
      behindScript(
        bytes(
          `-----BEGIN PGP MESSAGE-----\n\n${inLines(bytes([0x8c, 0x0d, 4, 9, 3, 8], noise(122, 9), [0xd2, 0xc0, 0x10], noise(123, 208)).toString('base64'))}-----END PGP MESSAGE-----\n`,
        ),
      ),
    {
      ...encrypted,
      ...script,
    },
  );
  add('ace-behind-program', (needle) => bytes(program(), noise(124, 7), '**ACE**', noise(125, 40), needle), {
    ...closed,
    endsAnywhere: 'what stands in front is a program of its own',
  });
  const installers: Readonly<Record<string, Buffer>> = {
    'inno-setup': bytes(
      'rDlPtS\xcd\xe6\xd7\x7b\x0b\x2a',
      le32(1, 99, 5000),
      padded('Inno Setup Setup Data (6.2.0) (u)', 64),
      noise(126, 400),
      'zlb\x1a',
      noise(127, 400),
    ),
    'installshield-stream': bytes(
      'ISSetupStream\0',
      le16(2, 4),
      zeros(30),
      utf16('setup.inx'),
      noise(128, 900),
    ),
    'installshield-old-stream': bytes('InstallShield\0', le16(2), zeros(30), 'setup.inx\0', noise(129, 900)),
    'setup-factory': bytes(fromHex('e0e1e2e3e4e5e6e7'), zeros(10), noise(130, 900)),
    'ghost-installer': bytes('GIPENDMSCF', noise(131, 900)),
  };
  for (const [name, overlay] of Object.entries(installers))
    add(name, () => bytes(program(), overlay), {
      ...closed,
      endsAnywhere: 'what stands in front is a program of its own',
    });
  add('inno-setup-and-dicom', () => markedAsDicom(bytes(program(), installers['inno-setup'] ?? '')), {
    ...closed,
    endsAnywhere: 'what stands in front is a program of its own',
  });
  add(
    'nuitka-one-file',
    async (needle) =>
      bytes(program(), 'KAX', utf16('main.dll\0'), le64(fullZip(needle).length), fullZip(needle), zeros(2)),
    carrier,
  );
});

/** Recognised, and not opened. */
export const closedArchiveKinds = kindsOf('archive', 'further', (add) => {
  const others: Readonly<Record<string, Buffer>> = {
    'disk-doubler': bytes(fromHex('abcd0054'), noise(132, 400)),
    'norton-ghost': bytes([0xfe, 0xef, 1, 3, 0, 0], noise(134, 1900)),
    'acronis-image': bytes(fromHex('ce24b9a220000000'), noise(135, 900)),
    'gburner-image': bytes('GBI\0', noise(136, 900)),
    'magiciso-image': bytes(noise(137, 900), 'bbis', le32(0x30), noise(138, 56)),
    'alpine-database': bytes('ADBd', deflateRawSync(bytes('ADB.pckg', noise(139, 300), zeros(300)))),
    'ppmd-file': bytes(fromHex('8fafac84'), le32(0x20), noise(140, 300)),
  };
  for (const [name, content] of Object.entries(others))
    add(name, () => content, {
      ...closed,
      ...(name === 'magiciso-image' && { endsAnywhere: 'it says so in its last bytes' }),
    });
});
