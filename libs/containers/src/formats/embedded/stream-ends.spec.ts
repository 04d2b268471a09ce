import { describe, expect, it } from 'vitest';
import { archiveSample } from '../../testing/archive-samples.js';
import { buildZip } from '../../testing/build-containers.js';
import { walk } from '../../testing/walk-for-needle.js';
import { lzhEnd } from './stream-ends.js';

const lzh = archiveSample('lzh-level0');
const zip = buildZip([{ name: 'other.txt', bytes: Buffer.from('another file') }]);

describe('lzhEnd', () => {
  it('is behind the zero that ends the archive, where the next thing begins', async () => {
    expect(lzhEnd(Buffer.concat([lzh, zip]), 0)).toBe(lzh.length);
    const { paths } = await walk(Buffer.concat([lzh, zip]));
    expect(paths).toContain(`bytes from ${lzh.length} > other.txt`);
  });

  it('is nowhere without that zero, or where no header stands', () => {
    expect(lzhEnd(lzh.subarray(0, -1), 0)).toBeNull();
    expect(lzhEnd(Buffer.concat([lzh.subarray(0, -1), Buffer.alloc(30, 'x')]), 0)).toBeNull();
  });
});
