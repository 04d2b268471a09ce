import fc from 'fast-check';
import type { AttackDraft } from '../attack.js';
import { bytes, canary, request } from '../attack.js';
import { base, chunked, form, formType, get, host, post } from './valid-request.js';

type Kind = fc.Arbitrary<AttackDraft>;

const one = (buffer: Buffer, more: Partial<AttackDraft> = {}): AttackDraft => ({ pieces: [buffer], ...more });
const refused = (buffer: Buffer): AttackDraft => one(buffer, { isRefused: true });
const postLine = `POST ${base}/scans HTTP/1.1`;
const smuggled = get(`${base}/scans/filters`).toString('latin1');

const lengths: Kind = fc
  .oneof(
    fc.constantFrom(
      '-1',
      '+5',
      '0x10',
      '1e3',
      '5, 5',
      '5,6',
      '',
      ' ',
      '1.5',
      'NaN',
      '∞',
      '99999999999',
      '9223372036854775807',
      '18446744073709551616',
      '9'.repeat(400),
      '1 1',
    ),
    fc.bigInt({ min: 1n << 40n, max: 1n << 80n }).map(String),
  )
  .map((length) => refused(request(postLine, [host, formType, `Content-Length: ${length}`], form('length'))));

const twoLengths: Kind = fc
  .tuple(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 501, max: 1000 }))
  .map(([first, second]) =>
    refused(
      request(
        postLine,
        [host, formType, `Content-Length: ${first}`, `Content-Length: ${second}`],
        form('two'),
      ),
    ),
  );

/** The length ends before the form does: the rest is no request. */
const shortLength: Kind = fc.integer({ min: 0, max: 100 }).map((length) =>
  one(request(postLine, [host, formType, `Content-Length: ${length}`], form('short')), {
    isRefused: true,
    maxAnswers: 2,
  }),
);

const chunkSizes: Kind = fc
  .oneof(
    fc.constantFrom(
      'xyz',
      '-1',
      '0x5',
      '',
      ' 5',
      '5 ',
      'FFFFFFFFFFFFFFFFF',
      'ffffffff',
      '5;a=b;c="d',
      '5;\x00',
      '5\n',
      '\r\n',
      `5;${'e'.repeat(20_000)}`,
      '0'.repeat(5000),
      '7fffffffffffffff',
    ),
    fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 12 }),
  )
  .map((size) =>
    refused(
      request(postLine, [host, formType, 'Transfer-Encoding: chunked'], `${size}\r\nhello\r\n0\r\n\r\n`),
    ),
  );

const trailers: Kind = fc
  .constantFrom(
    'Content-Length: 5',
    'Transfer-Encoding: chunked',
    `X: ${'y'.repeat(20_000)}`,
    'no colon',
    '\x00: 1',
    ': 1',
    ...[`${'t: 1\r\n'.repeat(5000)}t: 1`],
  )
  .map((trailer) =>
    one(
      request(
        postLine,
        [host, formType, 'Transfer-Encoding: chunked'],
        `${chunked(form('trailer')).slice(0, -2)}${trailer}\r\n\r\n`,
      ),
    ),
  );

/** Two ways to say where the body ends. One server in a chain reads the one, the next the other. */
const smuggling: Kind = fc
  .constantFrom(
    ['Content-Length: 6', 'Transfer-Encoding: chunked'],
    ['Transfer-Encoding: chunked', 'Content-Length: 6'],
    ['Transfer-Encoding: chunked, identity'],
    ['Transfer-Encoding: identity, chunked', 'Content-Length: 6'],
    ['Transfer-Encoding: gzip, chunked'],
    ['Transfer-Encoding: xchunked'],
    ['Transfer-Encoding : chunked'],
    ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity'],
    ['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'],
    ['Transfer-Encoding:\x0bchunked'],
    ['Transfer-Encoding: "chunked"'],
    ['X: x\nTransfer-Encoding: chunked'],
    ['X: x\rTransfer-Encoding: chunked', 'Content-Length: 6'],
    ['Transfer-Encoding:\r\n chunked', 'Content-Length: 6'],
    ['Content-Length: 6', 'Content_Length: 60', 'Transfer-Encoding: cow'],
    ['Transfer\x00-Encoding: chunked', 'Content-Length: 6'],
    // Behind more headers than are kept.
    [
      ...Array.from({ length: 101 }, (_, index) => `X-${index}: 1`),
      'Content-Length: 5',
      'Transfer-Encoding: chunked',
    ],
  )
  .map((headers) => refused(request(postLine, [host, formType, ...headers], `0\r\n\r\n${smuggled}`)));

const oldVersions: Kind = fc
  .constantFrom(
    bytes('GET /\r\n'),
    bytes(`GET ${base}/scans/filters\r\n\r\n`),
    request(`POST ${base}/scans HTTP/1.0`, [formType, 'Transfer-Encoding: chunked'], chunked('x')),
    request(`POST ${base}/scans HTTP/1.0`, [formType], form('no-length')),
    bytes('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00'),
    request(`GET ${base}/scans HTTP/1.2`, [host]),
    request(`GET ${base}/scans HTTP/9.9`, [host]),
    request(`GET ${base}/scans HTTP/11.1`, [host]),
    request(`GET ${base}/scans HTTP/1.1x`, [host]),
    request(`GET ${base}/scans http/1.1`, [host]),
    request(`GET ${base}/scans`, [host]),
    request(`GET ${base}/scans RTSP/1.0`, [host]),
    bytes('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'),
    bytes('PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\n'),
  )
  .map((whole) => refused(whole));

const lineEnds: Kind = fc
  .tuple(fc.constantFrom('\n', '\r', '\r\r\n', '\n\r', '\r\n\r', '\x00\r\n', '\x0b'), fc.nat({ max: 5 }))
  .map(([end, place]) => {
    const lines = [`GET ${base}/scans/none HTTP/1.1`, host, `X-A: ${canary}`, 'X-B: 1', '', ''];
    const text = lines.map((line, index) => line + (index === place ? end : '\r\n')).join('');
    return one(bytes(text), { isRefused: true, maxAnswers: 2 });
  });

/** More requests than one at a time, some with bodies: never more answers than requests. */
const pipelines: Kind = fc
  .tuple(fc.integer({ min: 2, max: 60 }), fc.boolean(), fc.constantFrom('', 'garbage\r\n\r\n'))
  .map(([count, isPost, rest]) => {
    const single = isPost ? post(form('pipe')) : get(`${base}/scans/state?state=timeout`);
    const all = Buffer.concat([...Array.from({ length: count }, () => single), bytes(rest)]);
    return one(all, { maxAnswers: count + 1 });
  });

/** Far more than any client has open at once. */
const floodedPipelines: Kind = fc
  .constantFrom(
    get(`${base}/scans/state?wait=60&state=timeout`),
    get(`${base}/scans/none`),
    get(`${base}/detects`),
  )
  .map((single) => one(Buffer.concat(Array.from({ length: 3000 }, () => single)), { maxAnswers: 3000 }));

const expectations: Kind = fc
  .tuple(
    fc.constantFrom(
      '100-continue',
      '100-Continue',
      '200-ok',
      '',
      '100-continue, 100-continue',
      'x'.repeat(8000),
      '\xff',
    ),
    fc.constantFrom(
      post(form('expect')),
      get(`${base}/scans/filters`),
      request(postLine, [host, formType, 'Content-Length: 999999999']),
    ),
  )
  .map(([value, whole]) => {
    const text = whole.toString('latin1');
    return one(bytes(text.replace('\r\n', `\r\nExpect: ${value}\r\n`)), { maxAnswers: 2 });
  });

/** Written, and gone before anything can come back. */
const earlyClose: Kind = fc
  .tuple(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.constantFrom(post(form('early')), get(`${base}/scans/state?wait=30&state=timeout`)),
  )
  .map(([share, whole]) => one(whole.subarray(0, Math.floor(whole.length * share)), { ending: 'reset' }));

/** A good request with some bytes changed, put in, or left out. */
const mutations: Kind = fc
  .tuple(
    fc.constantFrom(
      post(form('mutant')),
      get(`${base}/scans/state?state=detect`),
      get(`${base}/detects?limit=5`),
    ),
    fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 0.999, noNaN: true }),
        byte: fc.integer({ min: 0, max: 255 }),
        how: fc.constantFrom('set', 'insert', 'remove'),
      }),
      { minLength: 1, maxLength: 6 },
    ),
  )
  .map(([whole, changes]) => {
    let result = whole;
    for (const { at, byte, how } of changes) {
      const place = Math.floor(at * result.length);
      const middle = how === 'remove' ? Buffer.alloc(0) : Buffer.from([byte]);
      result = Buffer.concat([
        result.subarray(0, place),
        middle,
        result.subarray(how === 'insert' ? place : place + 1),
      ]);
    }
    return one(result, { maxAnswers: 3 });
  });

export const framingKinds: Readonly<Record<string, Kind>> = {
  'wrong lengths': fc.oneof(lengths, twoLengths, shortLength),
  'bad chunk sizes and extensions': chunkSizes,
  'bad trailers': trailers,
  'smuggling by length and chunks': smuggling,
  'other protocols and versions': oldVersions,
  'bare line feeds and control bytes': lineEnds,
  pipelines,
  'endless pipelines': floodedPipelines,
  expectations: expectations,
  'gone before the answer': earlyClose,
  'mutated requests': mutations,
};
