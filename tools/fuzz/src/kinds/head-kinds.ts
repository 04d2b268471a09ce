import fc from 'fast-check';
import type { AttackDraft } from '../attack.js';
import { bytes, canary, request } from '../attack.js';
import { base, form, get, host, post } from './valid-request.js';

type Kind = fc.Arbitrary<AttackDraft>;

const one = (buffer: Buffer, more: Partial<AttackDraft> = {}): AttackDraft => ({ pieces: [buffer], ...more });
const refused = (buffer: Buffer): AttackDraft => one(buffer, { isRefused: true });
const filters = `${base}/scans/filters`;

const hugeHeaders: Kind = fc
  .oneof(
    fc.integer({ min: 17_000, max: 300_000 }).map((length) => [`X-Huge: ${'x'.repeat(length)}`]),
    fc.integer({ min: 17_000, max: 100_000 }).map((length) => [`${'X'.repeat(length)}: 1`]),
    fc
      .integer({ min: 101, max: 1500 })
      .map((count) => Array.from({ length: count }, (_, index) => `X-${index}: 1`)),
    fc.integer({ min: 101, max: 3000 }).map((count) => Array.from({ length: count }, () => 'a:')),
    fc
      .integer({ min: 3000, max: 5000 })
      .map((count) => [`Cookie: ${'a=b; '.repeat(count)}`, `Accept: ${'*/*,'.repeat(count)}`]),
  )
  .map((headers) => refused(get(filters, headers)));

/** No empty line ever comes. */
const endlessHeaders: Kind = fc.integer({ min: 1, max: 40 }).map((pieces) => ({
  pieces: [
    bytes(`GET ${filters} HTTP/1.1\r\n`),
    ...Array.from({ length: pieces }, (_, index) => bytes(`X-${index}: ${'y'.repeat(1000)}\r\n`)),
  ],
  isRefused: true,
}));

const brokenHeaders: Kind = fc
  .oneof(
    fc.constantFrom(
      ' X: 1',
      'X',
      ': 1',
      'X Y: 1',
      'X\x00: 1',
      'X: \x00',
      'X: \x7f',
      'X: \x01',
      'X(: 1',
      '\xff: 1',
      'X:\r1',
      'Host: a\r\n b',
      '"X": 1',
      '@: 1',
    ),
    fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 60 }),
  )
  .map((header) =>
    one(request(`GET ${base}/scans/none HTTP/1.1`, [host, header]), { isRefused: true, maxAnswers: 3 }),
  );

/** Headers that say who somebody is, or ask for more than this API has: read as any other header. */
const pretendingHeaders: Kind = fc
  .constantFrom(
    'X-Forwarded-For: 127.0.0.1',
    'X-Client-Cert: MIIB',
    'X-SSL-Client-Verify: SUCCESS',
    'Authorization: Bearer local-token',
    'X-HTTP-Method-Override: DELETE',
    'X-Original-URL: /kata/scanner/v1/sensors/good-client/scans/state',
    'Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA',
    'Connection: close, keep-alive, upgrade',
    'Range: bytes=0-,0-,0-',
    `X-Request-Id: ${canary}\x80`,
    `X-Request-Id: ${'i'.repeat(65)}`,
    'X-Sensor-Name: \xe2\x80\xae\xed\xa0\x80',
    'Content-Encoding: gzip',
    'Accept: application/xml;q=1',
    'If-None-Match: *',
  )
  .map((header) => one(request(`GET ${base}/scans/none HTTP/1.1`, [host, header]), { isRefused: true }));

const pathTricks: Kind = fc
  .constantFrom(
    `${base}/scans/.`,
    `${base}/scans/..`,
    `${base}/scans/%2e`,
    `${base}/scans/%2e%2e`,
    `${base}/scans/..%2f`,
    `${base}/scans/%2e%2e%2fstate`,
    `${base}//scans`,
    `${base}/scans//`,
    `/${base}/scans/filters`,
    `${base}/scans/state/`,
    `${base}/scans;x`,
    `${base}/scans/filters;x=1`,
    `${base}/scans/filters%00`,
    `${base}/scans/filters%20`,
    `${base}/scans%2ffilters`,
    `${base}/scans\\filters`,
    `${base}/SCANS/FILTERS`,
    `${base}/scans/%`,
    `${base}/scans/%zz`,
    `${base}/scans/%ed%a0%80`,
    `${base}/scans/%c0%ae`,
    `${base}/scans/%ff%fe`,
    `${base}/scans/\xff`,
    `${base}/scans/${'x'.repeat(129)}`,
    `${base}/scans/${'x'.repeat(15_000)}`,
    `${base}/${'a/'.repeat(5000)}`,
    `${base}/scans/__proto__`,
    `${base}/scans/constructor`,
    `${base}/../good-client/scans/state`,
    `${base}/%2e%2e/good-client/scans/state`,
    '/kata/scanner/v1/sensors/%2e%2e/scans',
    '/kata/scanner/v1/sensors//scans',
    '/kata/scanner/v1/sensors/.x/scans',
    '/kata/scanner/v1/sensors/a%00b/scans',
    `/kata/scanner/v1/sensors/${'s'.repeat(300)}/scans`,
    '/kata/scanner/v1/sensors',
    '/',
    '*',
    '',
    '//',
    '/..',
    '/../../etc/passwd',
    '/metrics',
    '/health',
    '/api/external-systems',
    '/kata/scanner/v2/sensors/x/scans',
    '?',
    '#',
    `/#${base}/scans/none`,
    'http:',
    'http://',
    'https://x',
    'http://[::1',
    `https://evil.example${base}/scans/none`,
    'file:///etc/passwd',
    'gateway:443',
    'javascript:x',
    `ftp://x${base}/scans/none`,
  )
  .map((target) => one(get(target), { isRefused: true, maxAnswers: 2 }));

const oddTargets: Kind = fc
  .oneof(
    fc.webPath(),
    fc.webUrl(),
    fc.string({ unit: 'binary-ascii', maxLength: 80 }),
    fc.string({ maxLength: 200 }).map((text) => `${base}/scans/${encodeURIComponent(text.toWellFormed())}`),
  )
  .map((target) => one(get(target), { maxAnswers: 3 }));

const methods: Kind = fc
  .tuple(
    fc.constantFrom(
      'HEAD',
      'OPTIONS',
      'TRACE',
      'PUT',
      'PATCH',
      'CONNECT',
      'PROPFIND',
      'BREW',
      'get',
      'GeT',
      'GETT',
      '',
      '\x00',
      'M-SEARCH',
      'PURGE',
      'X'.repeat(5000),
      'QUERY',
      'SOURCE',
    ),
    fc.constantFrom(`${base}/scans`, filters, `${base}/scans/x`, `${base}/detects`, 'gateway:443', '*'),
  )
  .map(([method, target]) => refused(request(`${method} ${target} HTTP/1.1`, [host])));

const queryNames = [
  'state',
  'sensorInstanceId',
  'limit',
  'after',
  'wait',
  'detect_type',
  'token',
  'sensorType',
  'sensorName',
];
const queryValues = [
  '%00',
  '%ed%a0%80',
  '%c0%af',
  '%',
  '%zz',
  '-1',
  '1e9',
  '99999999999999999999',
  '0x1',
  'NaN',
  '%27%20OR%201=1--',
  '%24%7Bjndi:ldap://x%7D',
  '..%2f..',
  '%e2%80%ae',
  '%0d%0aX:1',
  '7b226f6666736574223a202d317d',
  '7b226f6666736574223a2031653330387d',
  '7b7d',
  '5b5d',
  'ff',
  '7B',
  '6e756c6c',
  '7b226f6666736574223a207b7d7d',
  'x'.repeat(10_000),
  ',,,,',
  'detect,DETECT',
  '[]',
  '{}',
];
const queries: Kind = fc
  .record({
    path: fc.constantFrom('/scans/state', '/scans/none', '/scans/filters', '/detects', '/scans'),
    pairs: fc.array(
      fc.tuple(
        fc.constantFrom(...queryNames),
        fc.oneof(
          fc.constantFrom(...queryValues),
          fc.string({ maxLength: 20 }).map((text) => encodeURIComponent(text.toWellFormed())),
        ),
      ),
      { minLength: 1, maxLength: 6 },
    ),
  })
  // Waiting is for the pipelines and for those who leave.
  .map(({ path, pairs }) =>
    one(get(`${base}${path}?${pairs.map(([name, value]) => `${name}=${value}`).join('&')}&wait=0`)),
  );

const encodedBodies: Kind = fc
  .tuple(
    fc.constantFrom('utf16le', 'base64', 'hex', 'latin1', 'utf8'),
    fc.constantFrom('é', '\ud800', '\u202e', '\u0000', '\uffff', '😀'),
  )
  .map(([encoding, text]) =>
    refused(
      post(
        Buffer.from(`${text}${form('encoded')}`, encoding as BufferEncoding).subarray(0, 4000),
        [],
        'Content-Type: multipart/form-data; boundary=other',
      ),
    ),
  );

export const headKinds: Readonly<Record<string, Kind>> = {
  'headers too large or too many': hugeHeaders,
  'headers without end': endlessHeaders,
  'broken headers': brokenHeaders,
  'headers that pretend': pretendingHeaders,
  'path tricks': pathTricks,
  'odd targets': oddTargets,
  'unknown methods': methods,
  'odd queries': queries,
  'other encodings': encodedBodies,
};
