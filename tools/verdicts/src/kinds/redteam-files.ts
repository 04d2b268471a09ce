import { deflateSync } from 'node:zlib';
import { bytes, noise } from '../layouts/byte-layout.js';
import { addressLines, attachment, base64Lines, multipart, textPart } from '../layouts/mail-layout.js';
import { zipWithNoise } from '../layouts/zip-layout.js';
import { closed, encrypted, mail, text } from '../making/kind-options.js';
import { kindsOf } from '../making/kind.js';
import { madeBy } from '../making/run-tool.js';
import type { ToolName } from '../making/tools.js';

const longZip = zipWithNoise(81);
/** What a program makes of a file `a`; `o` is what comes out. */
const made =
  (needs: readonly ToolName[], script: string, packed: (needle: Buffer) => Buffer = (needle) => needle) =>
  (needle: Buffer): Promise<Buffer> =>
    madeBy({ needs, files: { 'eicar.com': packed(needle), noise: noise(82, 9000) }, script, out: 'o' });
const keyPair =
  'openssl req -x509 -newkey rsa:2048 -nodes -days 3 -subj /CN=x -keyout k -out c 2>/dev/null; ';
const mailOf = (needle: Buffer): Buffer => multipart([textPart, attachment(needle)]);

export const redteamSealedKinds = kindsOf('encrypted', 'further', (add) => {
  add(
    'gpg-password',
    made(['gpg'], 'gpg --batch --pinentry-mode loopback --passphrase x -c -o o eicar.com 2>/dev/null'),
    encrypted,
  );
  add(
    'gpg-curve-key',
    made(
      ['gpg'],
      'g="gpg --batch --quiet --trust-model always"; $g --passphrase "" --quick-gen-key x future-default default 2>/dev/null; $g -r x -e -o o eicar.com 2>/dev/null',
    ),
    encrypted,
  );
  add(
    'openssl-password-base64',
    made(['openssl'], 'openssl enc -aes-256-cbc -a -pbkdf2 -k secret -in eicar.com -out o 2>/dev/null'),
    { ...encrypted, ...text },
  );
  add(
    'cms-encrypted-data',
    made(
      ['openssl'],
      'openssl cms -EncryptedData_encrypt -secretkey 000102030405060708090a0b0c0d0e0f -aes128 -binary -in eicar.com -outform DER -out o',
    ),
    encrypted,
  );
  add('cms-data', made(['openssl'], 'openssl cms -data_create -binary -in eicar.com -outform DER -out o'));
  add(
    'cms-digested-data',
    made(['openssl'], 'openssl cms -digest_create -md sha256 -binary -in eicar.com -outform DER -out o'),
  );
  add(
    'smime-signed-in-signed',
    made(
      ['openssl'],
      `${keyPair}s="openssl smime -sign -nodetach -binary -signer c -inkey k"; $s -in eicar.com -out s; $s -in s -out o`,
      mailOf,
    ),
    { mail: true },
  );
  add(
    'smime-detached-around-opaque',
    made(
      ['openssl'],
      `${keyPair}openssl cms -sign -nodetach -binary -in eicar.com -signer c -inkey k -out s; openssl cms -sign -in s -signer c -inkey k -out o`,
      mailOf,
    ),
    { mail: true },
  );
});

export const redteamMailKinds = kindsOf('mail', 'further', (add) => {
  add(
    'mail-forwarded-beside-alternative',
    (needle) =>
      multipart([
        multipart([textPart, 'Content-Type: text/html\r\n\r\n<p>hello</p>\r\n'], {
          subtype: 'alternative',
          boundary: 'b2',
          head: '',
        }),
        bytes('Content-Type: message/rfc822\r\n\r\n', multipart([attachment(needle)], { boundary: 'b3' })),
      ]),
    mail,
  );
  add('mail-bsmtp', (needle) => bytes('Received: from x\r\n', mailOf(needle), '\r\n.\r\n'), mail);
  add('mht-of-word', (needle) =>
    bytes(
      'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="----=_NextPart_01"\r\n\r\nThis is a Single File Web Page.\r\n\r\n------=_NextPart_01\r\nContent-Location: file:///C:/a.htm\r\nContent-Type: text/html\r\n\r\n<html/>\r\n------=_NextPart_01\r\nContent-Location: file:///C:/oledata.mso\r\nContent-Transfer-Encoding: base64\r\nContent-Type: application/x-mso\r\n\r\n',
      base64Lines(needle),
      '\r\n------=_NextPart_01--\r\n',
    ),
  );
  add(
    'mozilla-mbox-deleted-mail',
    (needle) =>
      bytes(
        'From - Thu Jan  1 00:00:00 2026\nX-Mozilla-Status: 0009\nX-Mozilla-Status2: 00000000\n',
        mailOf(needle),
      ),
    { endsAnywhere: 'a mailbox ends where it ends' },
  );
  add(
    'mail-digest-of-headers-with-body',
    (needle) =>
      multipart([bytes('Content-Type: text/rfc822-headers\r\n\r\n', addressLines, mailOf(needle))], {
        subtype: 'report',
        boundary: 'b9',
      }),
    mail,
  );
});

const database = (values: string, packed?: (needle: Buffer) => Buffer) =>
  made(['sqlite3'], `sqlite3 o "create table t(a,b); insert into t values(1,${values})"`, packed);
const pages = { endsAnywhere: { 90: 'its last pages are free, or hold something else' } };

export const redteamFileKinds = kindsOf('archive', 'further', (add) => {
  add('sqlite-small-blob', database("readfile('eicar.com')"), pages);
  add(
    'sqlite-blob-behind-others',
    database("readfile('noise')),(2,readfile('eicar.com')),(3,readfile('noise')"),
    pages,
  );
  add(
    'sqlite-7z-over-pages',
    made(
      ['7z', 'sqlite3'],
      `7z a m.7z noise eicar.com >/dev/null; sqlite3 o "create table t(a,b); insert into t values(1,readfile('m.7z'))"`,
    ),
    pages,
  );
  add('sqlite-packed-blob', database("readfile('eicar.com')", deflateSync), pages);
  add(
    'sqlite-without-rowid',
    made(
      ['sqlite3'],
      `sqlite3 o "create table t(a primary key,b) without rowid; insert into t values('x',readfile('eicar.com'))"`,
    ),
    pages,
  );
  add(
    'sqlite-pages-of-512',
    made(
      ['sqlite3'],
      `sqlite3 o "pragma page_size=512; pragma auto_vacuum=1; create table t(a,b); insert into t values(1,readfile('eicar.com'))"`,
      longZip,
    ),
    pages,
  );
  add('ubifs', (needle) => bytes([0x31, 0x18, 0x10, 0x06], noise(83, 60), needle), closed);
  add(
    'img-qcow2-packed-with-zstd',
    made(
      ['mcopy', 'mkfs.fat', 'qemu-img'],
      'head -c 2097152 /dev/zero >f; mkfs.fat f >/dev/null; mcopy -i f eicar.com ::/; qemu-img convert -c -O qcow2 -o compression_type=zstd f o',
    ),
    closed,
  );
  add(
    'img-parallels',
    made(
      ['mcopy', 'mkfs.fat', 'qemu-img'],
      'head -c 2097152 /dev/zero >f; mkfs.fat f >/dev/null; mcopy -i f eicar.com ::/; qemu-img convert -O parallels f o',
    ),
    closed,
  );
  add(
    'img-qcow2-with-snapshot',
    made(
      ['mcopy', 'mkfs.fat', 'qemu-img'],
      'head -c 2097152 /dev/zero >f; mkfs.fat f >/dev/null; mcopy -i f eicar.com ::/; qemu-img convert -O qcow2 f o; qemu-img snapshot -c a o',
    ),
  );
  add(
    'iso-two-sessions',
    made(
      ['xorriso'],
      'mkdir r q; echo hi >r/a; cp eicar.com q; xorriso -outdev o -map r / -commit >/dev/null 2>&1; xorriso -dev o -map q /q -commit >/dev/null 2>&1',
    ),
  );
  add(
    'iso-boots-from-floppy',
    made(
      ['genisoimage', 'mcopy', 'mkfs.fat'],
      'head -c 1474560 /dev/zero >f; mkfs.fat f >/dev/null; mcopy -i f eicar.com ::/; mkdir r; cp f r/boot.img; genisoimage -quiet -b boot.img -o o r',
    ),
  );
  const layers = (pack: string, name: string): string =>
    `mkdir -p l/x l/blobs/sha256 r; cp eicar.com r; ${pack} > l/${name}; echo "{}" > l/index.json; tar cf o -C l .`;
  add('docker-save', made(['tar'], layers('tar cf - -C r .', 'x/layer.tar')));
  add('oci-layout', made(['tar'], layers('tar czf - -C r .', 'blobs/sha256/abc')));
  add('oci-layout-zstd', made(['tar', 'zstd'], layers('tar cf - -C r . | zstd -q', 'blobs/sha256/abc')));
  add(
    'shell-tail-of-tgz',
    made(['tar'], 'tar czf p eicar.com; { printf "#!/bin/sh\\nexit\\n"; cat p; } > o'),
  );
  add(
    'squashfs-behind-program',
    made(
      ['mksquashfs'],
      'mkdir r; cp eicar.com r; mksquashfs r s -no-progress -noappend -quiet >/dev/null; cat /bin/true s > o',
    ),
    { endsAnywhere: { 50: 'half of it is of the program alone' } },
  );
});
