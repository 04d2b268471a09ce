/**
 * PROXY protocol version 2 (https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt, 2.2): 12 bytes signature,
 * version and command, family, length, addresses, extensions (ignored).
 */
export type ProxyHeader =
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'malformed' }
  /** `address`: the caller's; null when the balancer speaks for itself (health checks) or says nothing. */
  | { readonly kind: 'complete'; readonly address: string | null; readonly lengthBytes: number };

const signature = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');
const fixedBytes = 16;
/** Addresses take at most 216 bytes; the rest is room for extensions. */
const maxHeaderBytes = 2048;
const [versionAndLocal, versionAndProxy] = [0x20, 0x21] as const;
const [tcpOverIpv4, tcpOverIpv6] = [0x11, 0x21] as const;

export function parseProxyHeader(bytes: Buffer): ProxyHeader {
  const seen = Math.min(bytes.length, signature.length);
  if (!bytes.subarray(0, seen).equals(signature.subarray(0, seen))) return { kind: 'malformed' };
  if (bytes.length < fixedBytes) return { kind: 'incomplete' };
  const command = bytes.readUInt8(12);
  const lengthBytes = fixedBytes + bytes.readUInt16BE(14);
  if (lengthBytes > maxHeaderBytes) return { kind: 'malformed' };
  if (command !== versionAndLocal && command !== versionAndProxy) return { kind: 'malformed' };
  if (bytes.length < lengthBytes) return { kind: 'incomplete' };
  if (command === versionAndLocal) return { kind: 'complete', address: null, lengthBytes };
  return readAddress(bytes.readUInt8(13), bytes.subarray(fixedBytes, lengthBytes), lengthBytes);
}

function readAddress(family: number, addresses: Buffer, lengthBytes: number): ProxyHeader {
  if (family === tcpOverIpv4)
    return addresses.length < 12
      ? { kind: 'malformed' }
      : { kind: 'complete', address: [...addresses.subarray(0, 4)].join('.'), lengthBytes };
  if (family === tcpOverIpv6)
    return addresses.length < 36
      ? { kind: 'malformed' }
      : { kind: 'complete', address: ipv6(addresses.subarray(0, 16)), lengthBytes };
  return { kind: 'complete', address: null, lengthBytes };
}

function ipv6(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16));
  // The URL parser writes the canonical short form (RFC 5952).
  return new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1);
}
