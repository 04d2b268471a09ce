/** Microsoft's Script Encoder: each character is one of three others, in an order of 64 that is always the same. */
const firstCode = 9;
const hexOfAlphabets = [
  [
    '574A0B0C4A0E0F101112131415161718191A1B1C1D1E1F2E477A56426A2F26494134325B767243383970',
    '4568714F09624423754A7E4A5E40774A615D224B6F4E3B4C50672A7D74542B2D2C306E6B66352521644D',
    '52633F7B7829287359337F6D55537C3A5F65465831696C5A48275C3D24793760512036',
  ],
  [
    '6E4C0B0C4C0E0F101112131415161718191A1B1C1D1E1F2D755260715E495C627D2936207C7A7F6B6333',
    '2B68516676316454434C3A4C7E4C452C2A7427374479592F6F26726A397B3F387767534734785D30235A',
    '5B6C485570692E4C21244E5009567335614B583B57226D4D2528464A32413D5F4F4265',
  ],
  [
    '7B410B0C410E0F101112131415161718191A1B1C1D1E1F323021295B38333D583A3565395C5673664E45',
    '6B6259785E7D4A6D714160415340422748727531374D5222546A47642D207F2E4C5D7E6C6F7974432676',
    '25242B28234134092A443F773B55696163506751494F46687C36706E7A2F5F4B5A2C57',
  ],
];
export const scriptAlphabets: readonly ReadonlyMap<number, number>[] = hexOfAlphabets.map(
  (lines) => new Map([...Buffer.from(lines.join(''), 'hex')].map((to, at) => [firstCode + at, to])),
);
export const scriptOrder: readonly number[] = [
  ...'0120121221210212021200122102122100212120200120210212001220012021',
].map(Number);

const mark = Buffer.from('#@~^');
const headBytes = 12;
const tailBytes = 12;
const end = Buffer.from('==^#~@');
const escapes: Readonly<Record<string, number>> = { '&': 0x0a, '#': 0x0d, '*': 0x3e, '!': 0x3c, $: 0x40 };
const [at, lessThan, greaterThan] = [0x40, 0x3c, 0x3e];

export const hasEncodedScript = (bytes: Buffer): boolean => bytes.includes(mark);

/** The scripts in it, each decoded; one whose end is missing as far as it goes. */
export function* encodedScripts(bytes: Buffer): Generator<Buffer> {
  for (let start = bytes.indexOf(mark); start >= 0;) {
    const from = start + headBytes;
    const found = bytes.indexOf(end, from);
    const to = found < 0 ? bytes.length : Math.max(from, found + end.length - tailBytes);
    if (bytes.toString('latin1', from - 2, from) === '==') yield decodeScript(bytes.subarray(from, to));
    start = found < 0 ? -1 : bytes.indexOf(mark, found);
  }
}

function decodeScript(bytes: Buffer): Buffer {
  const out = Buffer.alloc(bytes.length);
  let length = 0;
  let index = 0;
  for (let place = 0; place < bytes.length; place += 1) {
    const byte = bytes[place] as number;
    const escaped = byte === at ? escapes[String.fromCharCode(bytes[place + 1] ?? 0)] : undefined;
    if (escaped !== undefined) place += 1;
    out[length] = escaped ?? decodeCharacter(byte, index);
    length += 1;
    // What is no ASCII stands as it is and does not count.
    if (byte < 128) index += 1;
  }
  return out.subarray(0, length);
}

function decodeCharacter(byte: number, index: number): number {
  if (byte === at || byte === lessThan || byte === greaterThan) return byte;
  return scriptAlphabets[scriptOrder[index % scriptOrder.length] ?? 0]?.get(byte) ?? byte;
}
