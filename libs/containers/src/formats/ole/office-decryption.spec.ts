import { describe, expect, it } from 'vitest';
import { buildCompoundFile } from '../../testing/build-compound-file.js';
import { openAll } from '../../testing/open-all.js';
import { PasswordTime, PasswordTries } from '../../passwords/password-tries.js';
import { sealedOffice } from '../../testing/sealed-office.js';
import { walkObject } from '../../walk-object.js';
import { readAgileInfo } from './agile-info.js';
import { unlockOffice } from './office-decryption.js';
import { openOle } from './open-ole.js';

const bytesOf = (text: string): Buffer => Buffer.from(text, 'base64');
const officeFile = ({ info, sealed }: { info: Buffer; sealed: Buffer }): Buffer =>
  buildCompoundFile({ EncryptionInfo: info, EncryptedPackage: sealed });
const kinds = Object.entries(sealedOffice).map(
  ([name, { password, info, sealed }]) =>
    [name, { password, info: bytesOf(info), sealed: bytesOf(sealed) }] as const,
);
const agile = sealedOffice.agile;
const agileXml = bytesOf(agile.info).subarray(8).toString();

describe('an Office file under a password', () => {
  it.each(kinds)(
    'of %s encryption is opened with it, among wrong ones',
    async (_name, { password, ...file }) => {
      const opened = await openAll(openOle, officeFile(file), { passwords: ['wrong', password, 'later'] });
      expect(opened.unexamined).toEqual([]);
      const [document] = opened.parts.filter(({ wasEncrypted }) => wasEncrypted);
      expect(document?.label).toBe('decrypted document');
      expect(document?.bytes.subarray(0, 4)).toEqual(Buffer.from('PK\x03\x04'));
      const seen: string[] = [];
      const report = await walkObject(officeFile(file), {
        objectType: 'file',
        timeLimitMs: 30_000,
        passwords: [password],
        onPart: ({ path, bytes }) =>
          void (bytes.includes('a needle in a haystack') && seen.push(path.join('/'))),
      });
      expect(seen).toContain('decrypted document/needle.txt');
      expect(report).toMatchObject({ unexamined: [], unsealedCount: 1 });
    },
  );

  it.each(kinds)('of %s encryption is encrypted without it', async (_name, { password, ...file }) => {
    const opened = await openAll(openOle, officeFile(file), { passwords: ['wrong', `${password} `, ''] });
    expect(opened.unexamined).toEqual([
      expect.objectContaining({ reason: 'encrypted', label: 'EncryptedPackage' }),
    ]);
    expect(opened.parts.some(({ wasEncrypted }) => wasEncrypted)).toBe(false);
  });

  it('is encrypted when nothing says how, or in a way no one knows', async () => {
    const sealed = bytesOf(agile.sealed);
    const passwords = [agile.password];
    for (const info of [Buffer.alloc(0), Buffer.alloc(300), bytesOf(agile.info).subarray(0, 500)]) {
      const { unexamined } = await openAll(openOle, officeFile({ info, sealed }), { passwords });
      expect(unexamined).toEqual([expect.objectContaining({ reason: 'encrypted' })]);
    }
    const alone = buildCompoundFile({ EncryptedPackage: sealed });
    expect((await openAll(openOle, alone, { passwords })).unexamined).toEqual([
      expect.objectContaining({ reason: 'encrypted' }),
    ]);
  });

  it('whose keys would take minutes is not tried', () => {
    expect(readAgileInfo(agileXml)).not.toBeNull();
    expect(readAgileInfo(agileXml.replace('spinCount="100000"', 'spinCount="10000000"'))).toBeNull();
    expect(readAgileInfo(agileXml.replace('spinCount="100000"', 'spinCount="-1"'))).toBeNull();
  });

  it.each([
    [Number.POSITIVE_INFINITY, 'opened'],
    [3, 'closed'],
  ])('is left in the middle of a try when its time is over (after %d looks): %s', (looks, kind) => {
    const time = new PasswordTime(0);
    let looked = 0;
    Object.defineProperty(time, 'leftMs', { get: () => ((looked += 1) <= looks ? 3_600_000 : 0) });
    const tries = new PasswordTries(() => [agile.password], time);
    expect(unlockOffice(bytesOf(agile.info), bytesOf(agile.sealed), tries).kind).toBe(kind);
  });
});
