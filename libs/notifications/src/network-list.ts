import { BlockList, isIP } from 'node:net';

/** `10.0.0.0/8`, `2001:db8::/32` or one address; null when it is neither. */
interface Network {
  readonly address: string;
  readonly bits: number;
  readonly family: 'ipv4' | 'ipv6';
}

export function parseNetwork(text: string): Network | null {
  const [address = '', bits, rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest !== undefined || address.includes('%')) return null;
  const width = version === 4 ? 32 : 128;
  if (bits !== undefined && (!/^\d{1,3}$/.test(bits) || Number(bits) > width)) return null;
  return {
    address,
    bits: bits === undefined ? width : Number(bits),
    family: version === 4 ? 'ipv4' : 'ipv6',
  };
}

export const splitNetworks = (text: string): string[] => text.split(/[\s,;]+/).filter((one) => one !== '');

/** Is the address in one of the networks? An IPv4 address written as IPv6 (`::ffff:10.0.0.1`) is that IPv4 address. */
export function isInNetworks(address: string, networks: readonly string[]): boolean {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  const version = isIP(plain);
  if (version === 0) return false;
  const list = new BlockList();
  for (const network of networks.map(parseNetwork))
    if (network !== null) list.addSubnet(network.address, network.bits, network.family);
  return list.check(plain, version === 4 ? 'ipv4' : 'ipv6');
}
