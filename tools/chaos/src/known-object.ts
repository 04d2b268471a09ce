import { randomBytes } from 'node:crypto';
import { eicarText } from '@sluice/private-servers';
import { storedZip } from '@sluice/tool-acceptance';
import { between, type Random } from './seeded-random.js';

export interface KnownObject {
  readonly content: Buffer;
  readonly objectType: 'file' | 'email';
  readonly expected: 'detect' | 'not detected';
}

const kibibyte = 1024;

/** Bytes never seen before whose verdict is known: plain ones, archives and mail, clean and infected. */
export function knownObject(random: Random): KnownObject {
  const isInfected = random() < 0.4;
  const expected = isInfected ? 'detect' : 'not detected';
  const core = isInfected ? infected() : clean(random);
  const form = random();
  if (form < 0.7) return { content: core, objectType: 'file', expected };
  const archive = storedZip('inside.bin', core);
  if (form < 0.9) return { content: archive, objectType: 'file', expected };
  return { content: mailWith(archive), objectType: 'email', expected };
}

/** EICAR counts only at the beginning of a file; what follows makes the bytes unique. */
const infected = (): Buffer => Buffer.from(`${eicarText()} ${randomBytes(16).toString('hex')}`);

function clean(random: Random): Buffer {
  const isLarge = random() < 0.03;
  const sizeBytes = isLarge ? between(random, 1024, 3 * 1024) * kibibyte : between(random, 16, 64 * kibibyte);
  return randomBytes(sizeBytes);
}

function mailWith(attachment: Buffer): Buffer {
  const id = randomBytes(8).toString('hex');
  const encoded = attachment.toString('base64').replace(/.{76}/g, '$&\r\n');
  const lines = [
    ...[
      'From: Ann <ann@example.com>',
      'To: Bob <bob@example.com>',
      `Subject: ${id}`,
      `Message-ID: <${id}@example.com>`,
    ],
    ...[
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary="b"',
      '',
      '--b',
      'Content-Type: text/plain',
      '',
    ],
    ...['See the attachment.', '--b', 'Content-Type: application/zip; name="a.zip"'],
    ...[
      'Content-Disposition: attachment; filename="a.zip"',
      'Content-Transfer-Encoding: base64',
      '',
      encoded,
      '--b--',
      '',
    ],
  ];
  return Buffer.from(lines.join('\r\n'));
}
