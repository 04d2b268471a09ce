import { bytes, noise, zeros } from '../layouts/byte-layout.js';
import { oneEntryZip } from '../layouts/zip-layout.js';
import { kindsOf } from '../making/kind.js';

/** Least significant bit first. */
function packedBits(values: readonly (readonly [value: number, bits: number])[]): Buffer {
  const bits = values.flatMap(([value, count]) =>
    Array.from({ length: count }, (_, at) => (value >> at) & 1),
  );
  const out = zeros(Math.ceil(bits.length / 8));
  for (const [at, bit] of bits.entries()) out[at >> 3] = (out[at >> 3] ?? 0) | (bit << (at & 7));
  return out;
}
const shrunk = (content: Buffer): Buffer => packedBits([...content].map((byte) => [byte, 9] as const));
const reduced = (content: Buffer): Buffer => bytes(zeros(192), content);
const imploded = (content: Buffer): Buffer =>
  bytes(
    [3, 0xf5, 0xf5, 0xf5, 0xf5],
    [3, 0xf5, 0xf5, 0xf5, 0xf5],
    packedBits(
      [...content].flatMap(
        (byte) =>
          [
            [1, 1],
            [byte, 8],
          ] as const,
      ),
    ),
  );

export const oldZipMethodKinds = kindsOf('zip', 'further', (add) => {
  add('zip-shrunk', (needle) => oneEntryZip(needle, { packed: shrunk(needle), method: 1 }));
  add('zip-reduced', (needle) => oneEntryZip(needle, { packed: reduced(needle), method: 2 }), {
    said: 'a method of before 1990, which 7-Zip has not',
  });
  add('zip-imploded', (needle) => oneEntryZip(needle, { packed: imploded(needle), method: 6 }));
  add('zip-imploded-by-library', (needle) => oneEntryZip(needle, { packed: noise(143, 80), method: 10 }), {
    said: 'a method that nothing here unpacks',
  });
});
