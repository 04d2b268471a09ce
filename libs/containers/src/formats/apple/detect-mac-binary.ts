import { xmodemChecksum } from '../../decoders/xmodem-checksum.js';
import { byLook, certain } from '../by-magic.js';

export const macHeaderBytes = 128;

/** MacBinary II and III: a header of which a checksum tells that it is one. Version I had none, and nothing writes it. */
export const macBinaryDetection = byLook('macbinary', certain('application/x-macbinary'), (bytes) => {
  if (bytes.length < macHeaderBytes || bytes[0] !== 0 || bytes[74] !== 0) return false;
  const nameBytes = bytes[1] ?? 0;
  const isNamed = nameBytes >= 1 && nameBytes <= 63;
  return (
    isNamed && (bytes[123] ?? 0) >= 129 && bytes.readUInt16BE(124) === xmodemChecksum(bytes.subarray(0, 124))
  );
});
