/** As git and Python's b85encode have it. */
export const alphabet85 =
  '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~';
/** As ZeroMQ has it (RFC 32 of its own). */
export const alphabetZ85 =
  '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#';
/** As Adobe has it: from `!` to `u`. */
const adobeAlphabet = Array.from({ length: 85 }, (_, at) => String.fromCharCode(33 + at)).join('');

export const digits85 = (value: number): number[] =>
  [85 ** 4, 85 ** 3, 85 ** 2, 85, 1].map((power) => Math.floor(value / power) % 85);

const noDigit = 255;
const valuesOf = (alphabet: string): Uint8Array => {
  const values = new Uint8Array(256).fill(noDigit);
  for (const [value, char] of [...alphabet].entries()) values[char.charCodeAt(0)] = value;
  return values;
};
const lastDigit = 84;
const zeroGroup = 0x7a;

/** Groups of five; `z` is one of zeros where it is no digit. */
export function decode85(run: Buffer, values: Uint8Array): Buffer {
  const out = Buffer.alloc(run.length * 4 + 4);
  let [length, value, count] = [0, 0, 0];
  for (const byte of run) {
    const digit = values[byte] as number;
    if (digit === noDigit) {
      if (byte === zeroGroup && count === 0) length += 4;
      continue;
    }
    value = value * 85 + digit;
    count += 1;
    if (count < 5) continue;
    out.writeUInt32BE(value % 2 ** 32, length);
    length += 4;
    [value, count] = [0, 0];
  }
  if (count < 2) return out.subarray(0, length);
  for (let missing = count; missing < 5; missing += 1) value = value * 85 + lastDigit;
  out.writeUInt32BE(value % 2 ** 32, length);
  return out.subarray(0, length + count - 1);
}

export const ofGit = valuesOf(alphabet85);
export const ofAdobe = valuesOf(adobeAlphabet);
export const ofZ85 = valuesOf(alphabetZ85);
