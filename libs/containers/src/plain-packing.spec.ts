import { expect, it } from 'vitest';
import type { PlainPacking } from '@sluice/contracts';
import { buildMail, buildPlainZip, buildTar } from './testing/index.js';
import { walkObject } from './walk-object.js';

const leaf = { name: 'leaf.txt', bytes: Buffer.from('a leaf of this tree') };
const zip = buildPlainZip([leaf, { name: 'other.txt', bytes: Buffer.from('another') }]).bytes;
const mail = (name: string, bytes: Buffer): Buffer => buildMail([{ name, bytes }], 'hello');

/** How each part is packed, by its path. */
async function packingsOf(bytes: Buffer, objectType: 'email' | 'file' = 'file') {
  const packings: Record<string, PlainPacking | undefined> = {};
  await walkObject(bytes, {
    objectType,
    timeLimitMs: 60_000,
    onPart: ({ path, packing }) => {
      packings[path.join(' > ')] = packing;
    },
  });
  return packings;
}

it('is said of files in the object', async () => {
  expect(await packingsOf(zip)).toMatchObject({ 'leaf.txt': 'plain-zip', 'other.txt': 'plain-zip' });
});

it.each<[string, Buffer, 'email' | 'file', string]>([
  ['a zip in a zip', buildPlainZip([{ name: 'a.zip', bytes: zip }]).bytes, 'file', 'a.zip > leaf.txt'],
  ['a zip in a tar', buildTar([{ name: 'a.zip', bytes: zip }]), 'file', 'a.zip > leaf.txt'],
  [
    'a zip in a zip in a mail',
    mail('b.zip', buildPlainZip([{ name: 'a.zip', bytes: zip }]).bytes),
    'email',
    'b.zip > a.zip > leaf.txt',
  ],
  ['a zip in a mail', mail('a.zip', zip), 'email', 'a.zip > leaf.txt'],
  ['a mail', mail('leaf.txt', leaf.bytes), 'email', 'leaf.txt'],
  ['a zip that is not plain', Buffer.concat([zip, Buffer.from('x')]), 'file', 'leaf.txt'],
  [
    'a mail in a zip',
    buildPlainZip([{ name: 'a.eml', bytes: mail('leaf.txt', leaf.bytes) }]).bytes,
    'file',
    'a.eml > leaf.txt',
  ],
])('is not said of what is in %s', async (_, bytes, objectType, path) => {
  const packings = await packingsOf(bytes, objectType);
  expect(Object.keys(packings)).toContain(path);
  expect(packings[path]).toBeUndefined();
});
