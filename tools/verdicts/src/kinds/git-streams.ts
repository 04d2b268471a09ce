import { createHash } from 'node:crypto';
import { brotliCompressSync, deflateRawSync, deflateSync } from 'node:zlib';
import { be32, bytes } from '../layouts/byte-layout.js';
import { base85 } from '../layouts/text-layout.js';
import { zipWithNoise } from '../layouts/zip-layout.js';
import { text } from '../making/kind-options.js';
import { kindsOf } from '../making/kind.js';

const bare = { endsAnywhere: 'a bare stream says nowhere how long it is' };
const longZip = zipWithNoise(43);
const sha1 = (content: Buffer): Buffer => createHash('sha1').update(content).digest();

/** An entry of a pack of git: its type and length, then what zlib made of it. */
function packEntry(type: number, content: Buffer, before: Buffer = Buffer.alloc(0)): Buffer {
  const head: number[] = [];
  let rest = content.length >> 4;
  let byte = (type << 4) | (content.length & 15);
  while (rest > 0) {
    head.push(byte | 0x80);
    byte = rest & 0x7f;
    rest >>= 7;
  }
  return bytes([...head, byte], before, deflateSync(content));
}
function gitPack(entries: readonly Buffer[]): Buffer {
  const pack = bytes('PACK', be32(2, entries.length), ...entries);
  return bytes(pack, sha1(pack));
}
/** Copies everything of a base and inserts what follows. */
const delta = (base: Buffer, from: number, count: number, insert: Buffer): Buffer =>
  bytes([base.length, count + insert.length, 0x91, from, count, insert.length], insert);

/** Streams without a container. */
export const bareStreamKinds = kindsOf('stream', 'further', (add) => {
  add('zlib-file', (needle) => deflateSync(longZip(needle)), bare);
  add('zlib-level-0', (needle) => deflateSync(needle, { level: 0 }), bare);
  add('deflate-file', (needle) => deflateRawSync(bytes(needle)), bare);
  add('deflate-of-zip', (needle) => deflateRawSync(longZip(needle)), {
    clean: 'bare deflate has no mark, and its first block is one that chance makes, too',
  });
  add('brotli-of-zip', (needle) => brotliCompressSync(longZip(needle)), {
    clean: 'Brotli has no mark by which anyone could know it; it comes with a name or a header that says so',
  });
});

export const gitKinds = kindsOf('stream', 'further', (add) => {
  add('git-loose-object', (needle) => deflateSync(bytes(`blob ${needle.length}\0`, needle)), bare);
  add('git-pack', (needle) => gitPack([packEntry(3, needle), packEntry(3, Buffer.from('hello'))]));
  add(
    'git-bundle',
    (needle) =>
      bytes(
        `# v2 git bundle\n${'a'.repeat(40)} refs/heads/main\n\n`,
        gitPack([packEntry(1, Buffer.from('tree x\n')), packEntry(3, needle)]),
      ),
    { endsAnywhere: { 50: 'it ends within the lines in front of its pack' } },
  );
  add('git-pack-delta', (needle) => {
    const base = bytes('#', needle.subarray(0, 40));
    const first = packEntry(3, base);
    return gitPack([
      first,
      packEntry(6, delta(base, 1, 40, needle.subarray(40)), Buffer.from([first.length])),
    ]);
  });
  add(
    'git-binary-patch',
    (needle) => {
      const packed = deflateSync(needle);
      const lines = Array.from({ length: Math.ceil(packed.length / 52) }, (_, at) => {
        const piece = packed.subarray(at * 52, at * 52 + 52);
        const length = piece.length <= 26 ? 64 + piece.length : 96 + piece.length - 26;
        return `${String.fromCharCode(length)}${base85(piece, true)}\n`;
      });
      return bytes(
        `diff --git a/x.com b/x.com\nnew file mode 100644\nindex 0000000..1111111\nGIT binary patch\nliteral ${needle.length}\n${lines.join('')}\nliteral 0\nHcmV?d00001\n\n`,
      );
    },
    text,
  );
});
