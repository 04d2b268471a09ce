import { deflateSync, gzipSync } from 'node:zlib';
import { be16, be32, be64, bytes, padded, zeros } from '../layouts/byte-layout.js';
import { ole10Native, oleOf } from '../layouts/ole-layout.js';
import { rar5 } from '../layouts/rar-layout.js';
import { tarOf } from '../layouts/tar-layout.js';
import { zipped } from '../layouts/zip-layout.js';
import { kindsOf } from '../making/kind.js';
import { madeBy } from '../making/run-tool.js';
import { docx, outlookMessage } from './office.js';

export const macArchiveKinds = kindsOf('archive', 'further', (add) => {
  const macBinary = (content: Buffer, version: number): Buffer => {
    const name = Buffer.from('eicar.com');
    const head = padded(
      bytes([0, name.length], padded(name, 63), 'TEXTttxt', zeros(10), be32(content.length, 0), zeros(31), [
        version,
        129,
      ]),
      124,
    );
    return bytes(head, be16(crc16(head)), zeros(2), padded(content, Math.ceil(content.length / 128) * 128));
  };
  add('macbinary-2', (needle) => macBinary(needle, 129));
  add('macbinary-2-zip', (needle) => macBinary(zipped(needle), 129));
  add('android-backup', (needle) =>
    bytes('ANDROID BACKUP\n5\n1\nnone\n', deflateSync(tarOf([['apps/x/f/eicar.com', needle]]))),
  );
  add('android-backup-not-packed', (needle) =>
    bytes('ANDROID BACKUP\n5\n0\nnone\n', tarOf([['apps/x/f/eicar.com', needle]])),
  );
  add('pbzx', async (needle) => {
    const packed = await madeBy({
      needs: ['xz'],
      files: { 'a.tar': tarOf([['eicar.com', needle]]) },
      script: 'xz -k a.tar',
      out: 'a.tar.xz',
    });
    return bytes('pbzx', be64(0x1000000), be64(0x1000000), be64(packed.length), packed);
  });
  add('cpio-bin-big-endian', (needle) => {
    const member = (name: string, content: Buffer): Buffer =>
      bytes(
        be16(0o70707, 1, 1, 0o100644, 0, 0, 1, 0, 0, 0, name.length + 1, 0, content.length),
        padded(`${name}\0`, Math.ceil((name.length + 1) / 2) * 2),
        padded(content, Math.ceil(content.length / 2) * 2),
      );
    return bytes(member('eicar.com', needle), member('TRAILER!!!', Buffer.alloc(0)));
  });
  add('tar-gz-two-in-a-row', (needle) =>
    bytes(gzipSync(tarOf([['a.txt', 'hello']])), gzipSync(tarOf([['eicar.com', needle]]))),
  );
  add('chain-tar-rar-msg-docx', (needle) =>
    tarOf([
      [
        'a.rar',
        rar5(
          outlookMessage(
            docx([['word/embeddings/o.bin', oleOf([['\x01Ole10Native', ole10Native(needle)]])]]),
            'a.docx',
          ),
        ),
      ],
    ]),
  );
});

function crc16(content: Buffer): number {
  let crc = 0;
  for (const byte of content) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1)
      crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
  }
  return crc;
}
