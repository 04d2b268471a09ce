import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { walkObject } from '@sluice/containers';
import { plainMailBeginnings, plainMailTypes } from '@sluice/contracts';
import { ClamavEngine, eicarTestFile } from '@sluice/engine-clamav';
import { type PrivateClamd, startPrivateClamd } from '@sluice/private-servers';

/** More fields than clamd looks through for those of a mail that it does not know by its first line. */
const farther = Array.from({ length: 60 }, (_, index) => `X-Field-${index}: ${'x'.repeat(70)}`);

/** Everything that may differ between two plain mails, drawn by a counter so that a failing one can be made again. */
function plainMail(seed: number): Buffer {
  let state = seed * 2654435761;
  const pick = <One>(choices: readonly One[]): One => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return choices[state % choices.length] as One;
  };
  const type = plainMailTypes[seed % plainMailTypes.length];
  const ends = pick(['\r\n', '\n']);
  const boundary = pick([
    '----=_Part_12.34',
    'plain',
    'b1_a/b+c=d:e,f?',
    '-'.repeat(60) + 'x',
    '0'.repeat(70),
  ]);
  const width = pick([4, 60, 72, 76]);
  const file = (name: string, mime: string, content: Buffer): string[] => [
    pick([`Content-Type: ${mime}; name="${name}"`, `content-type: ${mime};\t${ends}\tname="${name}"`]),
    pick([
      'Content-Disposition: attachment',
      `Content-Disposition: inline; filename="${name}"; size=${content.length}`,
    ]),
    pick(['Content-Transfer-Encoding: base64', 'Content-Transfer-Encoding:BASE64']),
    ...pick([[], ['Content-ID: <a@b>'], ['X-Attachment-Id: 1', 'Content-Description: a file']]),
    '',
    ...(content.toString('base64').match(new RegExp(`.{1,${width}}`, 'g')) ?? []),
    ...pick([[], ['']]),
  ];
  const text = ['Content-Type: text/plain; charset=utf-8', '', 'Dear all,', '-- ', 'me', ...pick([[], ['']])];
  const page = [
    'Content-Type: text/html',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    '<p>=C3=A4 =',
    '</p>',
  ];
  const both = (kind: string): string[] => [
    `Content-Type: multipart/${kind}; boundary=inner_${seed}`,
    '',
    ...[text, page].flatMap((part) => [`--inner_${seed}`, ...part]),
    `--inner_${seed}--`,
    ...pick([[], ['']]),
  ];
  const others = Array.from({ length: pick([0, 1, 5, 30]) }, (_, index) =>
    file(`${index}.bin`, pick(plainMailTypes), Buffer.alloc(pick([1, 57, 4000]), `${index}`)),
  );
  const files = [...others];
  files.splice(pick([0, files.length]), 0, file('eicar.com', type ?? '', eicarTestFile()));
  const parts = [...pick([[], [text], [page], [both('alternative')], [both('related')]]), ...files];
  const lines = [
    ...pick([
      [`${pick(plainMailBeginnings)}x`],
      ['Received: from a', '\tby b; Thu, 26 Nov 2026 12:00:00 +0000'],
    ]),
    'From: a@example.org',
    ...pick([[], farther]),
    'Subject: =?utf-8?Q?=C3=A4?=',
    ...pick([['MIME-Version: 1.0'], ['mime-version:1.0', 'X-Mailer: x']]),
    ...pick([[], farther]),
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    '',
    ...pick([[], ['This is a multi-part message in MIME format.']]),
    ...parts.flatMap((part) => [`--${boundary}`, ...part]),
    `--${boundary}--`,
    ...pick([[], ['']]),
  ];
  return Buffer.from(lines.join(ends), 'latin1');
}

describe('a file that the inspector takes for plainly packed', () => {
  const home = mkdtempSync(path.join(tmpdir(), 'spared-'));
  let clamd: PrivateClamd;
  let engine: ClamavEngine;
  beforeAll(async () => {
    clamd = await startPrivateClamd({ home, officialDatabase: null });
    engine = new ClamavEngine({ url: clamd.url, maxObjectBytes: clamd.maxObjectBytes });
  });
  afterAll(async () => {
    await engine.close();
    await clamd.stop();
    rmSync(home, { recursive: true, force: true });
  });

  it('is found by clamd in the mail, in each of 200 that differ', async () => {
    const missed: number[] = [];
    for (let seed = 0; seed < 200; seed += 1) {
      const mail = plainMail(seed);
      const packings: (string | undefined)[] = [];
      await walkObject(mail, {
        objectType: 'email',
        timeLimitMs: 60_000,
        onPart: ({ bytes, packing }) => {
          if (bytes.equals(eicarTestFile())) packings.push(packing);
        },
      });
      expect([seed, packings]).toEqual([seed, ['plain-mail']]);
      const content = {
        sizeBytes: mail.length,
        bytes: (async function* () {
          yield mail;
        })(),
      };
      if ((await engine.scan(content, { timeoutMs: 60_000 })).kind !== 'infected') missed.push(seed);
    }
    expect(missed).toEqual([]);
    expect(engine.opensByItself('plain-mail')).toBe(true);
  });
});
