import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ensure } from '../check-list.js';
import type { Content } from '../external-system.js';
import type { PartContext } from '../parts.js';
import { eicar } from '../stand-ins/signature-file.js';
import { writeZip } from '../stand-ins/write-zip.js';
import type { SystemUnderCheck } from '../system-under-check.js';
import { letIn } from './bring-up.js';
import { noRestarts } from './first-start.js';

const mebibyte = 1024 * 1024;

/** An external system asks, is accepted, and gets verdicts. */
export async function checkScans({ list, system, outside }: PartContext): Promise<void> {
  list.heading('An external system');
  await list.check('is answered 401, then accepted with sluice systems accept', async () => {
    await letIn(system, system.client, 'mail');
    await letIn(system, system.fileServer, 'other');
  });
  await outside.check(list, system);
  for (const [scanId, fields, content, expected] of smallObjects) {
    await list.check(`${scanId}: ${expected}`, () =>
      judged(system, { scanId, ...fields }, content, expected),
    );
  }
  await list.check('100 MB through the balancer: not detected', () =>
    judged(system, { scanId: 'large' }, { filledBytes: 100 * mebibyte }, 'not detected'),
  );
  await hostileArchives({ list, system });
  await list.check('neither the large ones nor the bombs ended a container', () => noRestarts(system));
  await list.check('sluice status tells of every service', () => status(system));
}

const smallObjects: readonly (readonly [string, Record<string, string>, Buffer, string])[] = [
  ['eicar', { objectType: 'file' }, Buffer.from(eicar), 'detect'],
  ['clean', { objectType: 'file' }, Buffer.from('nothing in here'), 'not detected'],
  ['mail', { objectType: 'email' }, infectedMail(), 'detect'],
  ['zip', { objectType: 'file' }, writeZip([{ name: 'inside.com', content: Buffer.from(eicar) }]), 'detect'],
];

async function judged(
  system: SystemUnderCheck,
  fields: Record<string, string> & { scanId: string },
  content: Content,
  expected: string,
): Promise<void> {
  const answer = await system.client.submit(fields, content);
  ensure(answer.status === 200, `answered ${answer.status} ${answer.body}`);
  const state = await system.client.verdict(fields.scanId);
  ensure(state === expected, `${state}, not ${expected}`);
}

/** What the limits of memory have to have room for. */
async function hostileArchives({ list, system }: Pick<PartContext, 'list' | 'system'>): Promise<void> {
  const incompressible = Buffer.alloc(90 * mebibyte);
  for (let at = 0, state = 1; at < incompressible.length; at += 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    incompressible.writeUInt32LE(state, at);
  }
  const bomb = writeZip([{ name: 'zeros', content: Buffer.alloc(1024 * mebibyte) }]);
  const archives = [
    {
      title: 'an archive of 90 MB with EICAR at its end: detect',
      content: writeZip([
        { name: 'data.bin', content: incompressible },
        { name: 'last.com', content: Buffer.from(eicar) },
      ]),
      expected: 'detect',
    },
    { title: `a bomb, 1 GiB in ${bomb.length} bytes: error`, content: bomb, expected: 'error' },
    {
      title: 'a bomb of sixteen bombs: error',
      content: writeZip(Array.from({ length: 16 }, (_, n) => ({ name: `${n}.zip`, content: bomb }))),
      expected: 'error',
    },
  ];
  for (const [number, { title, content, expected }] of archives.entries()) {
    await list.check(title, async () => {
      const file = path.join(system.folder, '..', `archive-${number}.zip`);
      await writeFile(file, content);
      try {
        await judged(system, { scanId: `archive-${number}` }, { file }, expected);
      } finally {
        await rm(file);
      }
    });
  }
}

async function status(system: SystemUnderCheck): Promise<string> {
  const text = await system.sluice('status');
  for (const service of ['gateway', 'scanner', 'results', 'console', 'notifier'])
    ensure(new RegExp(`^${service} `, 'm').test(text), `it does not tell of ${service}: ${text}`);
  return (
    text
      .trim()
      .split('\n')
      .find((line) => /^(Running|Degraded|DOWN)/.test(line)) ?? ''
  );
}

function infectedMail(): Buffer {
  const lines = [
    'From: someone@example.org',
    'To: operator@example.com',
    'Subject: see the attachment',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'Have a look.',
    '--b',
    'Content-Type: application/octet-stream',
    'Content-Transfer-Encoding: base64',
    'Content-Disposition: attachment; filename=report.com',
    '',
    Buffer.from(eicar).toString('base64'),
    '--b--',
    '',
  ];
  return Buffer.from(lines.join('\r\n'));
}
