import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openAll } from '../../testing/open-all.js';
import { androidBackupDetection } from './detect-android-backup.js';
import { openAndroidBackup } from './open-android-backup.js';

const content = Buffer.from('a needle in a haystack');
const backup = (lines: string, data: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`ANDROID BACKUP\n${lines}\n`), data]);

describe('a backup of Android', () => {
  it.each([
    ['packed', backup('5\n1\nnone', deflateSync(content))],
    ['not packed', backup('4\n0\nnone', content)],
  ])('gives its content when it is %s', async (_title, bytes) => {
    expect(androidBackupDetection.detect(bytes)).toMatchObject({ isCertain: true });
    const { parts, unexamined } = await openAll(openAndroidBackup, bytes);
    expect([parts.map((part) => part.bytes.toString()), unexamined]).toEqual([[content.toString()], []]);
  });
  it.each([
    ['encrypted', backup('5\n1\nAES-256', Buffer.alloc(99)), 'encrypted'],
    ['cut in its header', backup('5\n1', Buffer.alloc(0)), 'damaged'],
    ['cut', backup('5\n1\nnone', deflateSync(content).subarray(0, 12)), 'damaged'],
  ])('says so when it is %s', async (_title, bytes, reason) => {
    expect((await openAll(openAndroidBackup, bytes)).unexamined).toMatchObject([{ reason }]);
  });
  it('unpacks no more than a part may have', async () => {
    const bomb = backup('5\n1\nnone', deflateSync(Buffer.alloc(1_000_000)));
    const { parts, limit } = await openAll(openAndroidBackup, bomb, { limits: { maxPartBytes: 1000 } });
    expect([parts, limit]).toEqual([[], 'maxPartBytes']);
  });
});
