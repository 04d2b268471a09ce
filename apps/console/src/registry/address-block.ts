/** SQL for who shares a bound: one IPv4 address, or an IPv6 /64. */
export const addressBlock = (column: string): string =>
  `network(set_masklen(${column}, CASE family(${column}) WHEN 6 THEN 64 ELSE 32 END))`;
