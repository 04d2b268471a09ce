import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { buildZip } from '@sluice/containers/testing';

/**
 * What keeps a scanner's engines busy for longest for the bytes it takes to send, of each kind one:
 *
 * | kind                                        | busy                                            |
 * |---------------------------------------------|-------------------------------------------------|
 * | tar.gz of 250,000 empty files               | clamd, long after the inspector reached a limit |
 * | zip in zip, fifteen deep, around 4 MB        | clamd and inspector, layer by layer             |
 * | text in which a rule matches 24 million times | YARA                                           |
 * | zip of 40 MB that hardly compress            | both, in bytes; in the queue of large objects   |
 */
export const worstKinds = {
  'tar.gz of 250,000 empty files': () => gzipSync(emptyFiles(250_000), { level: 6 }),
  'zip in zip, fifteen deep': () => nested(15),
  'text with 24 million matches of a rule': () => Buffer.alloc(24_000_000, 'sluice'),
  'zip of 40 MB': () => buildZip([{ name: 'a.bin', bytes: randomBytes(40_000_000) }]),
} as const;

/** Matches whatever `worstKinds` has of text, and never hits. */
export const slowRule = `rule bench_slow { strings: $a = "s" $b = "l" $c = "u" $d = "i" $e = "c" $f = "e"
  condition: #a + #b + #c + #d + #e + #f > 1000000000 }
`;

/** One after the other of each kind. */
export function worstObjects(): (index: number) => Buffer {
  const made = Object.values(worstKinds).map((make) => make());
  return (index) => made[index % made.length] ?? Buffer.alloc(0);
}

function emptyFiles(count: number): Buffer {
  const tar = Buffer.alloc(count * 512 + 1024);
  const header = Buffer.alloc(512);
  header.write('0000644\0', 100);
  header.write('00000000000\0', 124);
  header.write('00000000000\0', 136);
  header.write('0', 156);
  header.write('ustar\x0000', 257, 'latin1');
  for (let index = 0; index < count; index += 1) {
    header.write(String(index).padStart(8, '0'), 0);
    header.write('        ', 148);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    header.copy(tar, index * 512);
  }
  return tar;
}

function nested(depth: number): Buffer {
  let bytes: Buffer = randomBytes(4_000_000);
  for (let level = 0; level < depth; level += 1) bytes = buildZip([{ name: `${level}.zip`, bytes }]);
  return bytes;
}
