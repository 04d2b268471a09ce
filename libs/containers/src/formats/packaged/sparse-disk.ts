import type { PackagedFile } from './packaged-file.js';

const [listAt, bandsAt, sectorBytes] = [64, 4096, 512];
const nothing = Buffer.alloc(0);

/** Apple's growing image: bands in the order in which they were first written, and a list of which ones they are. */
export function sparseDisk(bytes: Buffer): PackagedFile[] {
  if (bytes.length < bandsAt) return [];
  const [bandBytes, size] = [bytes.readUInt32BE(8) * sectorBytes, bytes.readUInt32BE(16) * sectorBytes];
  if (bandBytes === 0 || size === 0) return [];
  const putInto = (disk: Buffer): void => {
    for (let band = 0; listAt + band * 4 + 4 <= bandsAt; band += 1) {
      const number = bytes.readUInt32BE(listAt + band * 4);
      const [start, place] = [bandsAt + band * bandBytes, (number - 1) * bandBytes];
      if (number > 0 && place < size)
        disk.set(bytes.subarray(start, start + Math.min(bandBytes, size - place)), place);
    }
  };
  return [{ name: 'disk', bytes: nothing, pieces: { sizeBytes: size, putInto } }];
}

/** By the last band that it lists. */
export function isDiskCutOff(bytes: Buffer): boolean {
  if (bytes.length < bandsAt) return true;
  let bands = 0;
  for (let at = listAt; at < bandsAt; at += 4) if (bytes.readUInt32BE(at) > 0) bands = (at - listAt) / 4 + 1;
  return bandsAt + bands * bytes.readUInt32BE(8) * sectorBytes > bytes.length;
}
