import { byLook, certain } from '../by-magic.js';

export const macHeaderBytes = 128;

/** MacBinary II and III: a header of which a checksum tells that it is one. Version I had none, and nothing writes it. */
export const macBinaryDetection = byLook('macbinary', certain('application/x-macbinary'), (bytes) => {
  if (bytes.length < macHeaderBytes || bytes[0] !== 0 || bytes[74] !== 0) return false;
  const nameBytes = bytes[1] ?? 0;
  const isNamed = nameBytes >= 1 && nameBytes <= 63;
  return (
    isNamed && (bytes[123] ?? 0) >= 129 && bytes.readUInt16BE(124) === checksumOf(bytes.subarray(0, 124))
  );
});

/** CRC of the XModem protocol. */
function checksumOf(header: Buffer): number {
  let sum = 0;
  for (const byte of header) {
    sum ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1)
      sum = (sum & 0x8000) === 0 ? (sum << 1) & 0xffff : ((sum << 1) ^ 0x1021) & 0xffff;
  }
  return sum;
}
