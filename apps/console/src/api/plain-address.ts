/** An address as it is stored and compared: IPv4 also when it came on an IPv6 socket, no zone. */
export const plainAddress = (address: string): string =>
  address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
