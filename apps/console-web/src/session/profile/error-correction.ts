/** Arithmetic of GF(2^8) with the polynomial 0x11d, and Reed-Solomon check bytes over it (ISO/IEC 18004, 7.5). */
function multiply(one: number, other: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit -= 1) {
    product = (product << 1) ^ ((product >>> 7) * 0x11d);
    if (((other >>> bit) & 1) === 1) product ^= one;
  }
  return product & 0xff;
}

/** Coefficients of the generator polynomial, the leading one left out. */
function generator(degree: number): number[] {
  const result: number[] = Array.from({ length: degree }, (_, index) => (index === degree - 1 ? 1 : 0));
  let root = 1;
  for (let step = 0; step < degree; step += 1) {
    for (let index = 0; index < degree; index += 1)
      result[index] = multiply(result[index] ?? 0, root) ^ (result[index + 1] ?? 0);
    root = multiply(root, 2);
  }
  return result;
}

function checkBytes(data: readonly number[], divisor: readonly number[]): number[] {
  const rest = divisor.map(() => 0);
  for (const byte of data) {
    const factor = byte ^ (rest.shift() ?? 0);
    rest.push(0);
    divisor.forEach((coefficient, index) => {
      rest[index] = (rest[index] ?? 0) ^ multiply(coefficient, factor);
    });
  }
  return rest;
}

/** Data in blocks with their check bytes, interleaved as they are drawn. Later blocks may be one byte longer. */
export function interleave(data: readonly number[], blockCount: number, checkCount: number): number[] {
  const divisor = generator(checkCount);
  const shortLength = Math.floor(data.length / blockCount);
  const firstLong = blockCount - (data.length % blockCount);
  const blocks: { data: readonly number[]; check: readonly number[] }[] = [];
  for (let index = 0, at = 0; index < blockCount; index += 1) {
    const length = shortLength + (index < firstLong ? 0 : 1);
    const part = data.slice(at, at + length);
    blocks.push({ data: part, check: checkBytes(part, divisor) });
    at += length;
  }
  const column = (of: 'data' | 'check', row: number) =>
    blocks.flatMap((block) => (row < block[of].length ? [block[of][row] ?? 0] : []));
  return [
    ...Array.from({ length: shortLength + 1 }, (_, row) => column('data', row)).flat(),
    ...Array.from({ length: checkCount }, (_, row) => column('check', row)).flat(),
  ];
}
