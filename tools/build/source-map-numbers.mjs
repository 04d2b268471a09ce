/** Numbers of source maps: six bits a character, five of them of the number, the lowest bit of all its sign. */
const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export function readNumber(text) {
  let [value, shift, length] = [0, 0, 0];
  for (let digit = 32; digit >= 32; length += 1, shift += 5) {
    digit = digits.indexOf(text[length]);
    value += (digit % 32) * 2 ** shift;
  }
  return { value: value % 2 === 1 ? -(value - 1) / 2 : value / 2, length };
}

export function writeNumber(number) {
  let rest = number < 0 ? -number * 2 + 1 : number * 2;
  let text = '';
  do {
    const digit = rest % 32;
    rest = Math.floor(rest / 32);
    text += digits[rest > 0 ? digit + 32 : digit];
  } while (rest > 0);
  return text;
}
