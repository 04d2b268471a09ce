import type { ContainerDetection } from '../../container-format.js';

/** AppleSingle and AppleDouble (RFC 1740), version 2 and the one before. */
export const appleSingleDetection = {
  name: 'apple-single',
  nature: 'wrapper',
  detect(bytes) {
    if (bytes.length < 26 || ![0x00020000, 0x00010000].includes(bytes.readUInt32BE(4))) return null;
    const magic = bytes.readUInt32BE(0);
    const isOne = magic === 0x00051600 || magic === 0x00051607;
    return isOne ? { mime: 'application/applefile', isCertain: true } : null;
  },
} as const satisfies ContainerDetection;
