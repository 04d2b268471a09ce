import { plainMailBeginnings, plainMailTypes } from '@sluice/contracts';
import { eicarTestFile } from '../eicar-test-file.js';

/** Both kinds of line break. */
const lineBreaks = ['\r\n', '\n'] as const;
const harmless = Buffer.from('harmless');

/**
 * Mails in the plainest form there is, with the test file as one of their files: of every type that the inspector takes for
 * plain, as the first and the last file, behind a text and behind a text beside its page; with every field that such a
 * mail may begin with, far before those that say that it is one.
 */
export function plainMails(): Buffer[] {
  return plainMailTypes.map((_, index) => plainMailWith(eicarTestFile(), index));
}

/** One of these mails, with a file instead of the test file. */
export function plainMailWith(content: Buffer, index: number): Buffer {
  const type = plainMailTypes[index % plainMailTypes.length] ?? plainMailTypes[0];
  const needle = fileOf(type, 'a file', content);
  const other = fileOf('application/octet-stream', 'another file', harmless);
  const files = index % 2 === 0 ? [needle, other] : [other, needle];
  const lines = [
    `${plainMailBeginnings[index % plainMailBeginnings.length]}<probe@example.org>`,
    ...farther,
    'MIME-Version: 1.0',
    ...farther,
    'Content-Type: multipart/mixed; boundary="----=_Outer_1.2"',
    '',
    ...[index % 3 === 0 ? textAndPage : text, ...files].flatMap((part) => ['------=_Outer_1.2', ...part]),
    '------=_Outer_1.2--',
    '',
  ];
  return Buffer.from(lines.join(lineBreaks[index % 2]), 'latin1');
}

/** Farther than clamd looks for two fields that make a text mail. */
const farther = Array.from({ length: 40 }, (_, index) => `X-Probe-${index}: ${'x'.repeat(60)}`);

const text = ['Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 7bit', '', 'Some text.'];
const textAndPage = [
  'Content-Type: multipart/alternative; boundary="inner-3"',
  '',
  ...['--inner-3', ...text, '--inner-3', 'Content-Type: text/html', '', '<p>Some text.</p>', '--inner-3--'],
];

const fileOf = (type: string, name: string, content: Buffer): string[] => [
  `Content-Type: ${type}; name="${name}"`,
  `Content-Disposition: attachment; filename="${name}"`,
  'Content-Transfer-Encoding: base64',
  '',
  ...(content.toString('base64').match(/.{1,76}/g) ?? []),
];
