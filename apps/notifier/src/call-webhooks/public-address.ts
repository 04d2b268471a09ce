import { isInNetworks } from '@sluice/notifications';
import { isIP } from 'node:net';

/** Never called, whatever the operator allows: this host's own metadata services, groups, and addresses of nothing. */
const neverCalled = [
  '0.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/3',
  '::/128',
  'fe80::/10',
  'ff00::/8',
  'fd00:ec2::254',
  // 169.254.0.0/16 through a translator.
  '64:ff9b::a9fe:0/112',
];

/** IANA's special-purpose addresses: not globally reachable. */
const privateIPv4 = [
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
];
/** Of IPv6 only this is public … */
const globalIPv6 = ['2000::/3'];
/** … without what is documentation, or carries an IPv4 address that no one checked. */
const notGlobalIPv6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

export type AddressKind = 'public' | 'private' | 'never';

export function kindOfAddress(address: string): AddressKind {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (isIP(plain) === 0 || isInNetworks(plain, neverCalled)) return 'never';
  if (isIP(plain) === 4) return isInNetworks(plain, privateIPv4) ? 'private' : 'public';
  return isInNetworks(plain, globalIPv6) && !isInNetworks(plain, notGlobalIPv6) ? 'public' : 'private';
}
