import { describe, expect, it } from 'vitest';
import { archiveSample } from '../../testing/archive-samples.js';
import { buildZip } from '../../testing/build-containers.js';
import { walk } from '../../testing/walk-for-needle.js';

const zip = buildZip([{ name: 'other.txt', bytes: Buffer.from('another file') }]);
const iso = archiveSample('iso-joliet');
const systemBytes = 16 * 2048;
const imageWith = (front: Buffer, at: number, image = iso): Buffer => {
  const copy = Buffer.concat([image]);
  front.copy(copy, at);
  return copy;
};

describe('a disk', () => {
  it('gives what stands in front of its descriptors', async () => {
    const { paths, unexamined } = await walk(imageWith(Buffer.from('hello'), 0));
    expect(paths).toContain('system area');
    expect(unexamined).toEqual([]);
    expect((await walk(iso)).paths).not.toContain('system area');
  });

  it('is a zip to those who look at its end', async () => {
    const image = archiveSample('img-fat12');
    const free = image.length - 20_000;
    const { paths, unexamined } = await walk(imageWith(zip, free, image));
    expect(paths).toContain('other.txt');
    expect(unexamined).toEqual([]);
    const far = Buffer.concat([imageWith(zip, free, image), Buffer.alloc(100_000)]);
    expect((await walk(far)).paths).not.toContain('other.txt');
  });

  it('is an archive to those who look near its beginning', async () => {
    const { paths } = await walk(imageWith(archiveSample('rar4-store'), 1000));
    expect(paths).toContain('archive at 1000');
    const behind = Buffer.concat([iso, Buffer.alloc(2 * 1024 ** 2), archiveSample('rar4-store')]);
    expect((await walk(behind)).paths.some((path) => path.startsWith('archive at'))).toBe(false);
  });

  it('has a boot sector that is none of a disk of its own', async () => {
    const boot = Buffer.alloc(512);
    boot.writeUInt8(0x80, 446);
    boot.writeUInt8(0x17, 450);
    boot.writeUInt32LE(iso.length / 512, 458);
    boot.writeUInt16LE(0xaa55, 510);
    expect((await walk(imageWith(boot, 0))).unexamined).toEqual([]);
    expect(systemBytes).toBeGreaterThan(boot.length);
  });
});
