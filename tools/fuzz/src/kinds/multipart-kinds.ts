import fc from 'fast-check';
import type { AttackDraft } from '../attack.js';
import { bytes, canary } from '../attack.js';
import { boundary, field, form, lastBoundary, object, post } from './valid-request.js';

type Kind = fc.Arbitrary<AttackDraft>;

const one = (buffer: Buffer, more: Partial<AttackDraft> = {}): AttackDraft => ({ pieces: [buffer], ...more });
const refused = (buffer: Buffer): AttackDraft => one(buffer, { isRefused: true });
const scanId = fc.integer({ min: 0, max: 99 }).map((id) => `form-${id}`);
const binary = (maxLength: number): fc.Arbitrary<string> => fc.string({ unit: 'binary-ascii', maxLength });

/** Content types without a usable boundary, and boundaries the body does not have. */
const boundaries: Kind = fc
  .oneof(
    fc.constantFrom(
      'multipart/form-data',
      'multipart/form-data; boundary=',
      'multipart/form-data; boundary=""',
      'multipart/form-data; boundary="unclosed',
      `multipart/form-data; boundary=a; boundary=${boundary}`,
      `multipart/mixed; boundary=${boundary}`,
      `application/json; boundary=${boundary}`,
      'multipart/form-data; boundary=\x80\xff',
      `multipart/form-data; boundary=${'x'.repeat(201)}`,
      `multipart/form-data; boundary=${'x'.repeat(9000)}`,
      `multipart/form-data${'; a=b'.repeat(2500)}; boundary=other`,
      'application/x-www-form-urlencoded',
      'text/plain',
    ),
    fc
      .string({ minLength: 1, maxLength: 70 })
      .map((text) => `multipart/form-data; boundary=${text.replace(/[\r\n]/g, '')}x`),
  )
  .map((type) => refused(post(form('boundary'), [], `Content-Type: ${type}`)));

const missingType: Kind = fc.constant(refused(post(form('untyped'), [], 'X-No-Type: 1')));

const brokenPartHeaders: Kind = fc
  .constantFrom(
    'Content-Disposition form-data; name="content"',
    ': form-data; name="content"',
    ' : x',
    'Content Disposition: form-data; name="content"',
    `${'X'.repeat(7000)}: 1\r\n${'X'.repeat(7000)}: 2`,
    `${canary}: 1\r\n${canary}: 2`,
    'Content-Disposition: form-data; name="content"\r\nContent-Disposition: form-data; name="x"',
    'Content-Disposition: form-data; name="content"\r\nContent-Transfer-Encoding: base64',
    'Content-Disposition: form-data; name="content"\r\nContent-Transfer-Encoding: quoted-printable',
    `Content-Disposition: form-data; name="content"; filename="${'f'.repeat(20_000)}"`,
    'Content-Disposition: form-data; name="content\x00"\x01: 2',
    `X-Many: 1\r\n${Array.from({ length: 3000 }, (_, index) => `h${index}: 1`).join('\r\n')}`,
  )
  .map((headers) => refused(post(`--${boundary}\r\n${headers}\r\n\r\ncontent\r\n${lastBoundary}`)));

/** Names and values of parts no one should send: served or refused, never a fault. */
const oddParts: Kind = fc
  .record({
    name: fc.constantFrom(
      'content',
      'CONTENT',
      '',
      'content[]',
      'scanId',
      'scanID',
      'mailFrom',
      'rcptTo',
      '\x00',
      '../content',
    ),
    filename: fc.oneof(
      binary(40),
      fc.constantFrom(
        '../../etc/passwd',
        'C:\\x\\y',
        'a\x00b',
        '\xff\xfe',
        '\xed\xa0\x80',
        'x'.repeat(15_000),
        '\xe2\x80\xae\x67\x6e\x70.exe',
      ),
    ),
    value: fc.oneof(binary(200), fc.constantFrom('', 'x'.repeat(5000), '\xed\xa0\x80', '\x00', '\xc0\xaf')),
    copies: fc.integer({ min: 1, max: 4 }),
    isNested: fc.boolean(),
  })
  .map(({ name, filename, value, copies, isNested }) => {
    const quoted = filename.replace(/["\r\n]/g, '_');
    const nested = isNested
      ? `--inner\r\nContent-Disposition: form-data; name="content"\r\n\r\nx\r\n--inner--`
      : value;
    const part = `--${boundary}\r\nContent-Disposition: form-data; name="${name.replace(/"/g, '')}"; filename="${quoted}"\r\n\r\n${nested}\r\n`;
    return one(post(part.repeat(copies) + field('objectType', 'file') + lastBoundary));
  });

/** Fields the contract has rules for, broken in each way it names. */
const badFields: Kind = fc
  .constantFrom(
    [field('scanId', '')],
    [field('scanId', '.hidden')],
    [field('scanId', 'state')],
    [field('scanId', 'filters')],
    [field('scanId', 'a/b')],
    [field('scanId', '\x00')],
    [field('scanId', 'x'.repeat(129))],
    [field('scanId', 'x'.repeat(5000))],
    [field('scanId', '1'), field('scanID', '2')],
    [field('scanId', '1'), field('scanId', '2')],
    [field('objectType', 'virus')],
    [field('objectType', '')],
    [field('objectType', 'file'), field('objectType', 'email')],
    [field('sensorInstanceId', '../1')],
    [field('sensorInstanceId', 'é')],
    [field('sensorInstanceId', '1'), field('sensorInstanceId', '2')],
  )
  .map((fields) => refused(post(fields.join('') + object() + lastBoundary)));

const bodiesWithoutObject: Kind = fc
  .constantFrom(
    '',
    lastBoundary,
    `--${boundary}`,
    `--${boundary}\r\n`,
    `--${boundary}-\r\n`,
    field('content', 'a') + field('content', 'b') + lastBoundary,
    field('scanId', '1') + lastBoundary,
    form('lf').replaceAll('\r\n', '\n'),
    form('cr').replaceAll('\r\n', '\r'),
    object() + object('second'),
    `${object()}--${boundary}${' '.repeat(100)}\r\n`,
    Array.from({ length: 101 }, (_, index) => field(`f${index}`, 'x')).join('') + object() + lastBoundary,
    // As many parts as fit: each boundary alone, a hundred thousand times.
    `--${boundary}\r\n\r\n`.repeat(100_000) + lastBoundary,
    '\x00'.repeat(10_000),
    `--${boundary}\r\n`.repeat(2000),
  )
  .map((body) => refused(post(body)));

/** A whole form, cut anywhere: the length says more than comes. */
const truncated: Kind = fc
  .tuple(scanId, fc.double({ min: 0.01, max: 0.99, noNaN: true }))
  .map(([id, share]) => {
    const whole = post(form(id));
    return refused(whole.subarray(0, Math.floor(whole.length * share)));
  });

/** One whole form after another in a body, or much behind its end. */
const behindTheEnd: Kind = fc
  .tuple(scanId, fc.constantFrom('', '\r\n', 'x'.repeat(3000), form('second'), `--${boundary}\r\n`))
  .map(([id, epilogue]) => one(post(form(id) + epilogue)));

/** The parser meets every byte in a chunk of its own. */
const byteByByte: Kind = scanId.map((id) => {
  const chunks = [...form(id)].map((byte) => `1\r\n${byte}\r\n`).join('');
  const head = `POST /kata/scanner/v1/sensors/fuzz-attacker/scans HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=${boundary}\r\nTransfer-Encoding: chunked\r\n\r\n`;
  return one(bytes(`${head}${chunks}0\r\n\r\n`));
});

export const multipartKinds: Readonly<Record<string, Kind>> = {
  'boundary missing, wrong, huge or twice': fc.oneof(boundaries, missingType),
  'broken part headers': brokenPartHeaders,
  'odd part names and values': oddParts,
  'fields against the rules': badFields,
  'bodies that hold no object': bodiesWithoutObject,
  'truncated forms': truncated,
  'more behind the form': behindTheEnd,
  'a chunk for every byte': byteByByte,
};
